package dev.neon.rmgr.spgist;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Main data ({@code REL_14 spgxlog.h}); blocks have none. Tuples follow each other without alignment.
 * <pre>
 * ADD_LEAF         spgxlogAddLeaf
 *  0  bool newPage
 *  1  bool storesNulls
 *  2  u16  offnumLeaf
 *  4  u16  offnumHeadLeaf
 *  6  u16  offnumParent
 *  8  u16  nodeI
 * 10  leaf tuple
 *
 * MOVE_LEAFS       spgxlogMoveLeafs
 *  0  u16  nMoves
 *  2  bool newPage
 *  3  bool replaceDead
 *  4  bool storesNulls
 *  5  a byte of padding
 *  6  u16  offnumParent
 *  8  u16  nodeI
 * 10  2 bytes of padding
 * 12  spgxlogState
 * 20  u16  toDelete[nMoves]
 *     u16  toInsert[n]             n is 1 if replaceDead, else nMoves + 1
 *     leaf tuples [n]
 *
 * ADD_NODE         spgxlogAddNode
 *  0  u16  offnum
 *  2  u16  offnumNew
 *  4  bool newPage
 *  5  i8   parentBlk
 *  6  u16  offnumParent
 *  8  u16  nodeI
 * 10  2 bytes of padding
 * 12  spgxlogState
 * 20  inner tuple
 *
 * SPLIT_TUPLE      spgxlogSplitTuple
 *  0  u16  offnumPrefix
 *  2  u16  offnumPostfix
 *  4  bool newPage
 *  5  bool postfixBlkSame
 *  6  inner tuple, for the prefix
 *     inner tuple, for the postfix
 *
 * PICKSPLIT        see {@link PickSplitDecoder14}
 *
 * VACUUM_*         see {@link VacuumDecoder14}
 *
 * spgxlogState
 *  0  u32  myXid
 *  4  bool isBuild
 *  5  3 bytes of padding
 * </pre>
 */
final class SpgistDecoder14 {
    static final int ADD_LEAF = 0x10;
    static final int MOVE_LEAFS = 0x20;
    static final int ADD_NODE = 0x30;
    static final int SPLIT_TUPLE = 0x40;
    static final int PICKSPLIT = 0x50;
    static final int VACUUM_LEAF = 0x60;
    static final int VACUUM_ROOT = 0x70;
    static final int VACUUM_REDIRECT = 0x80;

    private SpgistDecoder14() {}

    static SpgistRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        requireBlocks(record);
        SpgistRecord said = switch (record.operation()) {
            case VACUUM_REDIRECT -> VacuumDecoder14.redirect(main);
            default -> decodeOther(record, main);
        };
        main.finish();
        return said;
    }

    /** Those that {@code REL_17 spgdoinsert.c} and {@code spgvacuum.c} register; none of them has data. */
    static void requireBlocks(WalRecord record) {
        RecordBlocks blocks = RecordBlocks.of(record);
        switch (record.operation()) {
            case ADD_LEAF, SPLIT_TUPLE -> blocks.plain(0).optional(1);
            case MOVE_LEAFS -> blocks.plain(0).plain(1).plain(2);
            case ADD_NODE -> blocks.plain(0).optional(1).optional(2);
            case PICKSPLIT -> blocks.optional(0).optional(1).plain(2).optional(3);
            case VACUUM_LEAF, VACUUM_ROOT, VACUUM_REDIRECT -> blocks.plain(0);
            default -> { }
        }
        blocks.finish();
    }

    /** The operations whose form has not changed since. */
    static SpgistRecord decodeOther(WalRecord record, RecordCursor main) {
        return switch (record.operation()) {
            case ADD_LEAF -> addLeaf(main);
            case MOVE_LEAFS -> moveLeafs(main);
            case ADD_NODE -> addNode(main);
            case SPLIT_TUPLE -> splitTuple(main);
            case PICKSPLIT -> PickSplitDecoder14.decode(main);
            case VACUUM_LEAF -> VacuumDecoder14.leaf(main);
            case VACUUM_ROOT -> VacuumDecoder14.root(main);
            default -> throw record.unknownOperation();
        };
    }

    private static SpgistRecord addLeaf(RecordCursor main) {
        return new SpgistRecord.AddLeaf(main.bool(), main.bool(), main.u16(), main.u16(), main.u16(), main.u16(),
                leafTuple(main));
    }

    private static SpgistRecord moveLeafs(RecordCursor main) {
        int moves = main.u16();
        boolean newPage = main.bool();
        boolean replaceDead = main.bool();
        boolean storesNulls = main.bool();
        main.skip(1);
        int offnumParent = main.u16();
        int nodeI = main.u16();
        main.skip(2);
        SpgistRecord.State stateSrc = state(main);
        int[] toDelete = main.u16s(moves);
        int[] toInsert = main.u16s(replaceDead ? 1 : moves + 1);
        List<byte[]> leafTuples = new ArrayList<>();
        for (int i = 0; i < toInsert.length; i++) {
            leafTuples.add(leafTuple(main));
        }
        return new SpgistRecord.MoveLeafs(newPage, replaceDead, storesNulls, offnumParent, nodeI, stateSrc, toDelete,
                toInsert, List.copyOf(leafTuples));
    }

    private static SpgistRecord addNode(RecordCursor main) {
        int offnum = main.u16();
        int offnumNew = main.u16();
        boolean newPage = main.bool();
        int parentBlk = (byte) main.u8();
        if (parentBlk < -1 || parentBlk > 2) {
            throw main.unknown("a parent in block " + parentBlk);
        }
        int offnumParent = main.u16();
        int nodeI = main.u16();
        main.skip(2);
        return new SpgistRecord.AddNode(offnum, offnumNew, newPage, parentBlk, offnumParent, nodeI, state(main),
                innerTuple(main));
    }

    private static SpgistRecord splitTuple(RecordCursor main) {
        return new SpgistRecord.SplitTuple(main.u16(), main.u16(), main.bool(), main.bool(), innerTuple(main),
                innerTuple(main));
    }

    static SpgistRecord.State state(RecordCursor main) {
        SpgistRecord.State state = new SpgistRecord.State(main.i32(), main.bool());
        main.skip(3);
        return state;
    }

    /** {@code SpGistInnerTupleData}: its length is the u16 at 4 ({@code REL_17 spgist_private.h}). */
    static byte[] innerTuple(RecordCursor main) {
        return tuple(main, main.peekU16(4), 8);
    }

    /** {@code SpGistLeafTupleData}: its length is the upper 30 bits of the u32 at 0. */
    static byte[] leafTuple(RecordCursor main) {
        return tuple(main, main.peekI32(0) >>> 2, 12);
    }

    private static byte[] tuple(RecordCursor main, int length, int header) {
        if (length < header) {
            throw main.unknown("a tuple of " + length + " bytes");
        }
        return main.bytes(length);
    }
}
