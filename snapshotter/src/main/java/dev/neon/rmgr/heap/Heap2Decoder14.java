package dev.neon.rmgr.heap;

import dev.neon.repo.Lsn;
import dev.neon.rmgr.ItemPointer;
import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Records of 14 and 15 ({@code REL_15 heapam_xlog.h}); {@link Pruning14} has the operations 0x10 to 0x30. Main data:
 * <pre>
 *     xl_heap_visible      xl_heap_multi_insert    xl_heap_lock_updated
 *  0  u32 cutoff_xid       u8  flags               u32 xmax
 *  2                       u16 ntuples
 *  4  u8  flags            u16 offsets[ntuples]    u16 offnum
 *  6                                               u8  infobits_set
 *  7                                               u8  flags
 *
 *     xl_heap_new_cid              xl_heap_rewrite_mapping
 *  0  u32 top_xid                  u32 mapped_xid
 *  4  u32 cmin                     u32 mapped_db
 *  8  u32 cmax                     u32 mapped_rel
 * 12  u32 combocid
 * 16  u32 spcNode                  u64 offset
 * 20  u32 dbNode
 * 24  u32 relNode                  u32 num_mappings
 * 28  u16 bi_hi, bi_lo, ip_posid
 * 32                               u64 start_lsn
 * 40                               the mappings, 36 bytes each
 * </pre>
 * A record that makes its page anew has no {@code offsets}. Data of MULTI_INSERT's block 0: for each tuple, at an even
 * place, the length (u16) of its body, and a {@link LoggedTuple}.
 */
final class Heap2Decoder14 {
    static final int REWRITE = 0x00;
    static final int PRUNE = 0x10;
    static final int VACUUM = 0x20;
    static final int FREEZE_PAGE = 0x30;
    static final int VISIBLE = 0x40;
    static final int MULTI_INSERT = 0x50;
    static final int LOCK_UPDATED = 0x60;
    static final int NEW_CID = 0x70;

    /** A block reference that newer minor releases have. */
    private static final int VISIBILITY_MAP = 1;
    private static final int MAPPING_BYTES = 36;

    private Heap2Decoder14() {}

    static Heap2Record decode(WalRecord record) {
        InitPage.check(record);
        RecordCursor main = record.main();
        Heap2Record said = switch (record.operation()) {
            case PRUNE -> Pruning14.prune(record, main);
            case VACUUM -> Pruning14.vacuum(record, main);
            case FREEZE_PAGE -> Pruning14.freezePage(record, main);
            case VISIBLE -> visible(record, main, VisibilityFlags.ALL_14);
            default -> decodeOther(record, main);
        };
        main.finish();
        return said;
    }

    /** What all releases have in common. */
    static Heap2Record decodeOther(WalRecord record, RecordCursor main) {
        return switch (record.operation()) {
            case MULTI_INSERT, MULTI_INSERT | InitPage.BIT -> multiInsert(record, main);
            case LOCK_UPDATED -> lockUpdated(record, main);
            case NEW_CID -> newCid(record, main);
            case REWRITE -> rewrite(record, main);
            default -> throw record.unknownOperation();
        };
    }

    static Heap2Record visible(WalRecord record, RecordCursor main, int knownFlags) {
        RecordBlocks.of(record).plain(0).plain(1).finish();
        return new Heap2Record.Visible(main.i32(), Flags.read(main, knownFlags));
    }

    private static Heap2Record multiInsert(WalRecord record, RecordCursor main) {
        int flags = Flags.read(main, InsertFlags.ALL);
        int count = main.skip(1).u16();
        RecordBlocks blocks = RecordBlocks.of(record);
        Optional<List<LoggedTuple>> tuples = blocks.dataUnlessImage(0).map(data -> tuples(data, count));
        blocks.optional(VISIBILITY_MAP).finish();
        int[] offsets = record.willInit(0) ? IntStream.rangeClosed(1, count).toArray() : main.u16s(count);
        return new Heap2Record.MultiInsert(flags, offsets, tuples);
    }

    private static List<LoggedTuple> tuples(RecordCursor data, int count) {
        List<LoggedTuple> tuples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tuples.add(LoggedTuple.readWithLength(data.align(2)));
        }
        data.finish();
        return Collections.unmodifiableList(tuples);
    }

    private static Heap2Record lockUpdated(WalRecord record, RecordCursor main) {
        RecordBlocks.of(record).plain(0).optional(VISIBILITY_MAP).finish();
        return new Heap2Record.LockUpdated(main.i32(), main.u16(), Infobits.read(main),
                Flags.read(main, LockFlags.ALL));
    }

    private static Heap2Record newCid(WalRecord record, RecordCursor main) {
        RecordBlocks.of(record).finish();
        return new Heap2Record.NewCid(main.i32(), main.i32(), main.i32(), main.i32(), main.locator(),
                ItemPointer.read(main));
    }

    private static Heap2Record rewrite(WalRecord record, RecordCursor main) {
        RecordBlocks.of(record).finish();
        int xid = main.i32();
        int database = main.i32();
        int relation = main.i32();
        long offset = main.align(8).i64();
        long count = main.u32();
        Lsn start = main.align(8).lsn();
        if (main.remaining() != count * MAPPING_BYTES) {
            throw main.unknown(count + " mappings in " + main.remaining() + " bytes");
        }
        return new Heap2Record.Rewrite(xid, database, relation, offset, start, main.rest());
    }
}
