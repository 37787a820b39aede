package dev.neon.rmgr.gin;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.RecordBlocks;
import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.ItemPointer;
import dev.neon.rmgr.gin.GinRecord.Children;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.List;
import java.util.Optional;

/**
 * The forms of {@code REL_14 ginxlog.h}; for the data of block 0 of INSERT and VACUUM_DATA_LEAF_PAGE see {@link
 * PageChangeReader}, for the rest each method. Main data:
 * <pre>
 * CREATE_PTREE: ginxlogCreatePostingTree
 *  0  u32 size
 *  4  size bytes, the posting lists
 *
 * INSERT: ginxlogInsert
 *  0  u16 flags            1 posting tree, 2 leaf
 *  2  if not a leaf: twice u16 bi_hi, u16 bi_lo, the left and the right child
 *
 * SPLIT: ginxlogSplit
 *  0  u32 spcNode
 *  4  u32 dbNode
 *  8  u32 relNode
 * 12  u32 rrlink
 * 16  u32 leftChildBlkno
 * 20  u32 rightChildBlkno
 * 24  u16 flags            as above, 4 root
 * 26  2 bytes of padding
 *
 * DELETE_PAGE: ginxlogDeletePage
 *  0  u16 parentOffset
 *  2  2 bytes of padding
 *  4  u32 rightLink
 *  8  u32 deleteXid
 *
 * UPDATE_META_PAGE: ginxlogUpdateMeta
 *  0  u32 spcNode
 *  4  u32 dbNode
 *  8  u32 relNode
 * 12  4 bytes of padding
 * 16  metadata
 * 72  u32 prevTail
 * 76  u32 newRightlink
 * 80  i32 ntuples
 * 84  4 bytes of padding
 *
 * INSERT_LISTPAGE: ginxlogInsertListPage
 *  0  u32 rightlink
 *  4  i32 ntuples
 *
 * DELETE_LISTPAGE: ginxlogDeleteListPages
 *  0  metadata
 * 56  i32 ndeleted
 * 60  4 bytes of padding
 *
 * VACUUM_PAGE, VACUUM_DATA_LEAF_PAGE: nothing
 * </pre>
 */
final class GinDecoder14 {
    static final int CREATE_PTREE = 0x10;
    static final int INSERT = 0x20;
    static final int SPLIT = 0x30;
    static final int VACUUM_PAGE = 0x40;
    static final int DELETE_PAGE = 0x50;
    static final int UPDATE_META_PAGE = 0x60;
    static final int INSERT_LISTPAGE = 0x70;
    static final int DELETE_LISTPAGE = 0x80;
    static final int VACUUM_DATA_LEAF_PAGE = 0x90;

    private static final int IS_DATA = 0x01;
    private static final int IS_LEAF = 0x02;
    private static final int SPLIT_ROOT = 0x04;

    private GinDecoder14() {}

    static GinRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        RecordBlocks blocks = RecordBlocks.of(record);
        nameBlocks(record.operation(), blocks);
        GinRecord said = decode(record, main, blocks);
        main.finish();
        blocks.finish();
        return said;
    }

    private static GinRecord decode(WalRecord record, RecordCursor main, RecordBlocks blocks) {
        return switch (record.operation()) {
            case CREATE_PTREE -> new GinRecord.CreatePostingTree(main.bytes(main.i32()));
            case INSERT -> insert(main, blocks);
            case SPLIT -> split(main, blocks);
            case VACUUM_PAGE -> new GinRecord.VacuumPage();
            case VACUUM_DATA_LEAF_PAGE -> new GinRecord.VacuumDataLeafPage(
                    blocks.dataUnlessImage(0).map(PageChangeReader::recompression));
            case DELETE_PAGE -> new GinRecord.DeletePage(main.u16(), main.skip(2).i32(), main.i32());
            case UPDATE_META_PAGE -> updateMetaPage(main, blocks);
            case INSERT_LISTPAGE -> new GinRecord.InsertListPage(main.i32(), tuples(blocks.data(0), main.i32()));
            case DELETE_LISTPAGE -> deleteListPages(main, blocks);
            default -> throw record.unknownOperation();
        };
    }

    /** The blocks besides those with data, and besides those that depend on flags and numbers. */
    private static void nameBlocks(int operation, RecordBlocks blocks) {
        switch (operation) {
            case CREATE_PTREE, DELETE_LISTPAGE -> blocks.plain(0);
            case VACUUM_PAGE -> blocks.image(0);
            case UPDATE_META_PAGE -> blocks.plain(0).optional(1);
            case SPLIT -> blocks.image(0).image(1);
            case DELETE_PAGE -> blocks.plain(0).plain(1).plain(2);
            default -> { }
        }
    }

    private static GinRecord insert(RecordCursor main, RecordBlocks blocks) {
        int flags = flags(main, IS_DATA | IS_LEAF);
        boolean isData = (flags & IS_DATA) != 0;
        boolean isLeaf = (flags & IS_LEAF) != 0;
        Optional<Children> children = isLeaf ? Optional.empty() : Optional.of(children(main, blocks));
        return new GinRecord.Insert(isData, isLeaf, children,
                blocks.dataUnlessImage(0).map(data -> PageChangeReader.read(data, isData, isLeaf)));
    }

    private static Children children(RecordCursor main, RecordBlocks blocks) {
        blocks.plain(1);
        return new Children(ItemPointer.readBlock(main), ItemPointer.readBlock(main));
    }

    private static GinRecord split(RecordCursor main, RecordBlocks blocks) {
        RelFileLocator relation = main.locator();
        int rightLink = main.i32();
        Children children = new Children(main.i32(), main.i32());
        int flags = flags(main, IS_DATA | IS_LEAF | SPLIT_ROOT);
        boolean isRoot = (flags & SPLIT_ROOT) != 0;
        boolean isLeaf = (flags & IS_LEAF) != 0;
        main.skip(2);
        if (isRoot) {
            blocks.image(2);
        }
        if (!isLeaf) {
            blocks.plain(3);
        }
        return new GinRecord.Split(relation, rightLink, children, isRoot, (flags & IS_DATA) != 0, isLeaf);
    }

    /** Block 1, if there are tuples: the tuples. */
    private static GinRecord updateMetaPage(RecordCursor main, RecordBlocks blocks) {
        RelFileLocator relation = main.locator();
        GinMetadata metadata = GinMetadata.read(main.skip(4));
        int previousTail = main.i32();
        int newRightLink = main.i32();
        int count = main.i32();
        main.skip(4);
        return new GinRecord.UpdateMetaPage(relation, metadata, previousTail, newRightLink, count,
                count == 0 ? Optional.empty() : blocks.dataUnlessImage(1).map(data -> tuples(data, count)));
    }

    private static GinRecord deleteListPages(RecordCursor main, RecordBlocks blocks) {
        GinMetadata metadata = GinMetadata.read(main);
        int count = main.i32();
        main.skip(4);
        if (count < 0) {
            throw main.unknown(count + " pages to be deleted");
        }
        for (int id = 1; id <= count; id++) {
            blocks.plain(id);
        }
        return new GinRecord.DeleteListPages(metadata, count);
    }

    private static List<IndexTuple> tuples(RecordCursor data, int count) {
        List<IndexTuple> tuples = IndexTuple.readAll(data);
        if (tuples.size() != count) {
            throw data.unknown(tuples.size() + " index tuples where " + count + " are told");
        }
        return tuples;
    }

    private static int flags(RecordCursor main, int known) {
        int flags = main.u16();
        if ((flags & ~known) != 0) {
            throw main.unknown("unknown flags 0x" + Integer.toHexString(flags));
        }
        return flags;
    }
}
