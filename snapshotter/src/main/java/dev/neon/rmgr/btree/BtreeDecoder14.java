package dev.neon.rmgr.btree;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.btree.BtreeRecord.Interval;
import dev.neon.rmgr.btree.BtreeRecord.LeftPage;
import dev.neon.rmgr.btree.BtreeRecord.PostingSplit;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The forms of {@code REL_14 nbtxlog.h}; for the data of blocks see each method, for that of deletions
 * {@link RemovalReader}. Main data:
 * <pre>
 * INSERT_LEAF, INSERT_UPPER, INSERT_META, INSERT_POST: xl_btree_insert
 *  0  u16 offnum
 *
 * SPLIT_L, SPLIT_R: xl_btree_split
 *  0  u32 level
 *  4  u16 firstrightoff
 *  6  u16 newitemoff
 *  8  u16 postingoff
 *
 * DEDUP: xl_btree_dedup
 *  0  u16 nintervals
 *
 * VACUUM: xl_btree_vacuum
 *  0  u16 ndeleted
 *  2  u16 nupdated
 *
 * DELETE: xl_btree_delete
 *  0  u32 latestRemovedXid
 *  4  u16 ndeleted
 *  6  u16 nupdated
 *
 * MARK_PAGE_HALFDEAD: xl_btree_mark_page_halfdead
 *  0  u16 poffset
 *  2  2 bytes of padding
 *  4  u32 leafblk
 *  8  u32 leftblk
 * 12  u32 rightblk
 * 16  u32 topparent
 *
 * UNLINK_PAGE, UNLINK_PAGE_META: xl_btree_unlink_page
 *  0  u32 leftsib
 *  4  u32 rightsib
 *  8  u32 level
 * 12  4 bytes of padding
 * 16  u64 safexid
 * 24  u32 leafleftsib
 * 28  u32 leafrightsib
 * 32  u32 leaftopparent
 *
 * NEWROOT: xl_btree_newroot
 *  0  u32 rootblk
 *  4  u32 level
 *
 * REUSE_PAGE: xl_btree_reuse_page
 *  0  u32 spcNode
 *  4  u32 dbNode
 *  8  u32 relNode
 * 12  u32 block
 * 16  u64 latestRemovedFullXid
 *
 * META_CLEANUP: nothing
 * </pre>
 */
final class BtreeDecoder14 {
    static final int INSERT_LEAF = 0x00;
    static final int INSERT_UPPER = 0x10;
    static final int INSERT_META = 0x20;
    static final int SPLIT_L = 0x30;
    static final int SPLIT_R = 0x40;
    static final int INSERT_POST = 0x50;
    static final int DEDUP = 0x60;
    static final int DELETE = 0x70;
    static final int UNLINK_PAGE = 0x80;
    static final int UNLINK_PAGE_META = 0x90;
    static final int NEWROOT = 0xA0;
    static final int MARK_PAGE_HALFDEAD = 0xB0;
    static final int VACUUM = 0xC0;
    static final int REUSE_PAGE = 0xD0;
    static final int META_CLEANUP = 0xE0;

    private BtreeDecoder14() {}

    static BtreeRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        RecordBlocks blocks = RecordBlocks.of(record);
        nameBlocks(record.operation(), blocks);
        BtreeRecord said = decode(record, main, blocks);
        main.finish();
        blocks.finish();
        return said;
    }

    private static BtreeRecord decode(WalRecord record, RecordCursor main, RecordBlocks blocks) {
        return switch (record.operation()) {
            case INSERT_LEAF -> new BtreeRecord.InsertLeaf(main.u16(),
                    blocks.dataUnlessImage(0).map(BtreeDecoder14::tuple));
            case INSERT_UPPER -> insertUpper(main, blocks, Optional.empty());
            case INSERT_META -> insertUpper(main, blocks, Optional.of(metadata(blocks, 2)));
            case INSERT_POST -> new BtreeRecord.InsertPosting(main.u16(),
                    blocks.dataUnlessImage(0).map(BtreeDecoder14::postingSplit));
            case SPLIT_L -> split(main, blocks, true);
            case SPLIT_R -> split(main, blocks, false);
            case DEDUP -> dedup(main, blocks);
            case VACUUM -> vacuum(main, blocks, false);
            case DELETE -> delete(main, blocks);
            case MARK_PAGE_HALFDEAD -> new BtreeRecord.MarkPageHalfDead(main.u16(), main.skip(2).i32(), main.i32(),
                    main.i32(), main.i32());
            case UNLINK_PAGE -> unlinkPage(main, Optional.empty());
            case UNLINK_PAGE_META -> unlinkPage(main, Optional.of(metadata(blocks, 4)));
            case NEWROOT -> newRoot(main, blocks);
            case REUSE_PAGE -> new BtreeRecord.ReusePage(main.locator(), main.i32(), main.i64(), false);
            case META_CLEANUP -> new BtreeRecord.MetaCleanup(metadata(blocks, 0));
            default -> throw record.unknownOperation();
        };
    }

    /** The blocks besides those with data, and besides those that depend on the level. */
    private static void nameBlocks(int operation, RecordBlocks blocks) {
        switch (operation) {
            case INSERT_UPPER, INSERT_META -> blocks.plain(1);
            case SPLIT_L, SPLIT_R -> blocks.optional(2);
            case MARK_PAGE_HALFDEAD -> blocks.plain(0).plain(1);
            case UNLINK_PAGE, UNLINK_PAGE_META -> blocks.plain(0).optional(1).plain(2).optional(3);
            default -> { }
        }
    }

    private static BtreeRecord insertUpper(RecordCursor main, RecordBlocks blocks, Optional<BtreeMetadata> metadata) {
        return new BtreeRecord.InsertUpper(main.u16(), blocks.dataUnlessImage(0).map(BtreeDecoder14::tuple), metadata);
    }

    /** Block 0: the tuple. */
    private static IndexTuple tuple(RecordCursor data) {
        IndexTuple tuple = IndexTuple.read(data);
        data.finish();
        return tuple;
    }

    /** Block 0: u16, the offset in the posting list; then the tuple. */
    private static PostingSplit postingSplit(RecordCursor data) {
        return new PostingSplit(data.u16(), tuple(data));
    }

    private static BtreeRecord split(RecordCursor main, RecordBlocks blocks, boolean newItemOnLeft) {
        int level = main.i32();
        int firstRight = main.u16();
        int newItemOffset = main.u16();
        int postingOffset = main.u16();
        if (level != 0) {
            blocks.plain(3);
        }
        boolean hasNewItem = newItemOnLeft || postingOffset != 0;
        Optional<LeftPage> left = blocks.dataUnlessImage(0).map(data -> leftPage(data, hasNewItem));
        return new BtreeRecord.Split(newItemOnLeft, level, firstRight, newItemOffset, postingOffset, left,
                IndexTuple.readAll(blocks.data(1)));
    }

    /** Block 0: the new item if the page needs it, then the high key. Block 1: all tuples. */
    private static LeftPage leftPage(RecordCursor data, boolean hasNewItem) {
        Optional<IndexTuple> newItem = hasNewItem ? Optional.of(IndexTuple.read(data)) : Optional.empty();
        return new LeftPage(newItem, tuple(data));
    }

    /** Block 0: for each interval u16 baseoff, u16 nitems ({@code nbtree.h BTDedupInterval}). */
    private static BtreeRecord dedup(RecordCursor main, RecordBlocks blocks) {
        int count = main.u16();
        return new BtreeRecord.Dedup(count, blocks.dataUnlessImage(0).map(data -> intervals(data, count)));
    }

    private static List<Interval> intervals(RecordCursor data, int count) {
        List<Interval> intervals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            intervals.add(new Interval(data.u16(), data.u16()));
        }
        data.finish();
        return List.copyOf(intervals);
    }

    static BtreeRecord vacuum(RecordCursor main, RecordBlocks blocks, boolean clearsCycleId) {
        int deleted = main.u16();
        int updated = main.u16();
        return new BtreeRecord.Vacuum(deleted, updated, clearsCycleId, RemovalReader.read(blocks, deleted, updated));
    }

    private static BtreeRecord delete(RecordCursor main, RecordBlocks blocks) {
        int latestRemovedXid = main.i32();
        int deleted = main.u16();
        int updated = main.u16();
        return new BtreeRecord.Delete(latestRemovedXid, deleted, updated, false,
                RemovalReader.read(blocks, deleted, updated));
    }

    /** Block 4, if the meta page changes: {@link BtreeMetadata}. */
    private static BtreeRecord unlinkPage(RecordCursor main, Optional<BtreeMetadata> metadata) {
        return new BtreeRecord.UnlinkPage(main.i32(), main.i32(), main.i32(), main.skip(4).i64(), main.i32(),
                main.i32(), main.i32(), metadata);
    }

    /** Block 0, unless the root is a leaf: all tuples. Block 2: {@link BtreeMetadata}. */
    private static BtreeRecord newRoot(RecordCursor main, RecordBlocks blocks) {
        int root = main.i32();
        int level = main.i32();
        BtreeMetadata metadata = metadata(blocks, 2);
        if (level == 0) {
            blocks.plain(0);
            return new BtreeRecord.NewRoot(root, level, List.of(), metadata);
        }
        return new BtreeRecord.NewRoot(root, level, IndexTuple.readAll(blocks.plain(1).data(0)), metadata);
    }

    private static BtreeMetadata metadata(RecordBlocks blocks, int id) {
        return BtreeMetadata.read(blocks.data(id));
    }
}
