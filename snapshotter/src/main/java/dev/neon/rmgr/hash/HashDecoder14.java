package dev.neon.rmgr.hash;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.hash.HashRecord.Masks;
import dev.neon.rmgr.hash.HashRecord.MovedTuples;
import dev.neon.rmgr.hash.HashRecord.Spares;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The forms of {@code REL_14 hash_xlog.h}; for the data of blocks see each method. Main data:
 * <pre>
 * INIT_META_PAGE: xl_hash_init_meta_page
 *  0  f64 num_tuples
 *  8  u32 procid
 * 12  u16 ffactor
 *
 * INIT_BITMAP_PAGE: xl_hash_init_bitmap_page
 *  0  u16 bmsize
 *
 * INSERT: xl_hash_insert
 *  0  u16 offnum
 *
 * ADD_OVFL_PAGE: xl_hash_add_ovfl_page
 *  0  u16 bmsize
 *  2  u8  bmpage_found
 *
 * SPLIT_ALLOCATE_PAGE: xl_hash_split_allocate_page
 *  0  u32 new_bucket
 *  4  u16 old_bucket_flag
 *  6  u16 new_bucket_flag
 *  8  u8  flags       1 masks change, 2 split point changes
 *
 * SPLIT_COMPLETE: xl_hash_split_complete
 *  0  u16 old_bucket_flag
 *  2  u16 new_bucket_flag
 *
 * MOVE_PAGE_CONTENTS: xl_hash_move_page_contents
 *  0  u16 ntups
 *  2  u8  is_prim_bucket_same_wrt
 *
 * SQUEEZE_PAGE: xl_hash_squeeze_page
 *  0  u32 prevblkno
 *  4  u32 nextblkno
 *  8  u16 ntups
 * 10  u8  is_prim_bucket_same_wrt
 * 11  u8  is_prev_bucket_same_wrt
 *
 * DELETE: xl_hash_delete
 *  0  u8  clear_dead_marking
 *  1  u8  is_primary_bucket_page
 *
 * UPDATE_META_PAGE: xl_hash_update_meta_page
 *  0  f64 ntuples
 *
 * VACUUM_ONE_PAGE: xl_hash_vacuum_one_page
 *  0  u32 latestRemovedXid
 *  4  i32 ntuples
 *  8  ntuples times u16 offset of an item
 *
 * SPLIT_PAGE, SPLIT_CLEANUP: nothing
 * </pre>
 */
final class HashDecoder14 {
    static final int INIT_META_PAGE = 0x00;
    static final int INIT_BITMAP_PAGE = 0x10;
    static final int INSERT = 0x20;
    static final int ADD_OVFL_PAGE = 0x30;
    static final int SPLIT_ALLOCATE_PAGE = 0x40;
    static final int SPLIT_PAGE = 0x50;
    static final int SPLIT_COMPLETE = 0x60;
    static final int MOVE_PAGE_CONTENTS = 0x70;
    static final int SQUEEZE_PAGE = 0x80;
    static final int DELETE = 0x90;
    static final int SPLIT_CLEANUP = 0xA0;
    static final int UPDATE_META_PAGE = 0xB0;
    static final int VACUUM_ONE_PAGE = 0xC0;

    private static final int MASKS = 0x01;
    private static final int SPLIT_POINT = 0x02;

    private HashDecoder14() {}

    static HashRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        RecordBlocks blocks = RecordBlocks.of(record);
        nameBlocks(record.operation(), blocks);
        HashRecord said = decode(record, main, blocks);
        main.finish();
        blocks.finish();
        return said;
    }

    private static HashRecord decode(WalRecord record, RecordCursor main, RecordBlocks blocks) {
        return switch (record.operation()) {
            case INIT_META_PAGE -> new HashRecord.InitMetaPage(f64(main), main.i32(), main.u16());
            case INIT_BITMAP_PAGE -> new HashRecord.InitBitmapPage(main.u16());
            case INSERT -> new HashRecord.Insert(main.u16(), blocks.dataUnlessImage(0).map(HashDecoder14::tuple));
            case ADD_OVFL_PAGE -> addOverflowPage(main, blocks);
            case SPLIT_ALLOCATE_PAGE -> splitAllocatePage(main, blocks);
            case SPLIT_PAGE -> new HashRecord.SplitPage();
            case SPLIT_COMPLETE -> new HashRecord.SplitComplete(main.u16(), main.u16());
            case MOVE_PAGE_CONTENTS -> movePageContents(main, blocks);
            case SQUEEZE_PAGE -> squeezePage(main, blocks);
            case DELETE -> new HashRecord.Delete(main.bool(), main.bool(),
                    blocks.dataUnlessImage(1).map(HashDecoder14::offsets));
            case SPLIT_CLEANUP -> new HashRecord.SplitCleanup();
            case UPDATE_META_PAGE -> new HashRecord.UpdateMetaPage(f64(main));
            case VACUUM_ONE_PAGE -> new HashRecord.VacuumOnePage(main.i32(), false, main.u16s(main.i32()));
            default -> throw record.unknownOperation();
        };
    }

    /** The blocks besides those that always have data. */
    private static void nameBlocks(int operation, RecordBlocks blocks) {
        switch (operation) {
            case INIT_META_PAGE, SPLIT_CLEANUP, UPDATE_META_PAGE -> blocks.plain(0);
            case SPLIT_PAGE -> blocks.image(0);
            case INIT_BITMAP_PAGE, SPLIT_COMPLETE, VACUUM_ONE_PAGE -> blocks.plain(0).plain(1);
            case SPLIT_ALLOCATE_PAGE -> blocks.plain(0).plain(1).plain(2);
            case INSERT -> blocks.plain(1);
            case ADD_OVFL_PAGE -> blocks.plain(1).optional(3);
            case MOVE_PAGE_CONTENTS, DELETE -> blocks.optional(0);
            case SQUEEZE_PAGE -> blocks.optional(0).optional(1).plain(2).optional(3).optional(4);
            default -> { }
        }
    }

    private static double f64(RecordCursor from) {
        return Double.longBitsToDouble(from.i64());
    }

    /** Block 0: the tuple. */
    private static IndexTuple tuple(RecordCursor data) {
        IndexTuple tuple = IndexTuple.read(data);
        data.finish();
        return tuple;
    }

    /** Block 0: u32, the bucket. Block 2, if there: u32, the bit. Block 4: u32, hashm_firstfree. */
    private static HashRecord addOverflowPage(RecordCursor main, RecordBlocks blocks) {
        return new HashRecord.AddOverflowPage(main.u16(), main.bool(), number(blocks.data(0)),
                numberIfThere(blocks, 2), number(blocks, 4));
    }

    /**
     * Block 2: u32 hashm_lowmask, u32 hashm_highmask, if the masks change; u32 hashm_ovflpoint, u32 its entry of
     * hashm_spares, if the split point changes.
     */
    private static HashRecord splitAllocatePage(RecordCursor main, RecordBlocks blocks) {
        int newBucket = main.i32();
        int oldBucketFlag = main.u16();
        int newBucketFlag = main.u16();
        int flags = main.u8();
        if ((flags & ~(MASKS | SPLIT_POINT)) != 0) {
            throw main.unknown("unknown flags 0x" + Integer.toHexString(flags));
        }
        boolean setsMasks = (flags & MASKS) != 0;
        boolean setsSpares = (flags & SPLIT_POINT) != 0;
        Optional<RecordCursor> meta = flags == 0 ? Optional.empty() : blocks.dataUnlessImage(2);
        Optional<Masks> masks = meta.filter(data -> setsMasks).map(data -> new Masks(data.i32(), data.i32()));
        Optional<Spares> spares = meta.filter(data -> setsSpares).map(data -> new Spares(data.i32(), data.i32()));
        meta.ifPresent(RecordCursor::finish);
        return new HashRecord.SplitAllocatePage(newBucket, oldBucketFlag, newBucketFlag, setsMasks, setsSpares, masks,
                spares);
    }

    /** Block 1: {@link #moved}. Block 2: offsets. */
    private static HashRecord movePageContents(RecordCursor main, RecordBlocks blocks) {
        int count = main.u16();
        return new HashRecord.MovePageContents(count, main.bool(), moved(blocks, count),
                blocks.dataUnlessImage(2).map(HashDecoder14::offsets));
    }

    /** Block 1: {@link #moved}. Block 5: u32, the bit. Block 6, if there: u32, hashm_firstfree. */
    private static HashRecord squeezePage(RecordCursor main, RecordBlocks blocks) {
        int previous = main.i32();
        int next = main.i32();
        int count = main.u16();
        return new HashRecord.SqueezePage(previous, next, count, main.bool(), main.bool(), blocks.has(1),
                count == 0 ? Optional.empty() : moved(blocks, count), number(blocks, 5), numberIfThere(blocks, 6));
    }

    /** {@code count} times u16, an offset; then as many tuples. */
    private static Optional<MovedTuples> moved(RecordBlocks blocks, int count) {
        return blocks.dataUnlessImage(1).map(data -> moved(data, count));
    }

    private static MovedTuples moved(RecordCursor data, int count) {
        int[] offsets = data.u16s(count);
        List<IndexTuple> tuples = IndexTuple.readAll(data);
        if (tuples.size() != count) {
            throw data.unknown(tuples.size() + " index tuples for " + count + " offsets");
        }
        return new MovedTuples(offsets, tuples);
    }

    /** u16s up to the end. */
    private static int[] offsets(RecordCursor data) {
        int[] offsets = data.u16s(data.remaining() / 2);
        data.finish();
        return offsets;
    }

    private static OptionalInt numberIfThere(RecordBlocks blocks, int id) {
        return blocks.has(id) ? number(blocks, id) : OptionalInt.empty();
    }

    private static OptionalInt number(RecordBlocks blocks, int id) {
        return blocks.dataUnlessImage(id).stream().mapToInt(HashDecoder14::number).findFirst();
    }

    private static int number(RecordCursor data) {
        int number = data.i32();
        data.finish();
        return number;
    }
}
