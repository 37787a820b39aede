package dev.neon.rmgr.hash;

import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.RmgrRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What hash indexes write ({@code REL_17 hash_xlog.h}). Bucket and block numbers are unsigned; item offsets count from
 * 1. What is for one page only is empty where the record has an image of that page to restore instead.
 */
public sealed interface HashRecord extends RmgrRecord {
    /**
     * The meta page, block 0, is made.
     *
     * @param tuples     how many rows are expected; the number of buckets follows from it
     * @param procedure  oid of the hash function
     * @param fillFactor rows for each bucket
     */
    record InitMetaPage(double tuples, int procedure, int fillFactor) implements HashRecord {}

    /** The first bitmap page, block 0, of {@code size} bytes, is made and listed in the meta page, block 1. */
    record InitBitmapPage(int size) implements HashRecord {}

    /** A tuple goes into block 0; the meta page, block 1, counts it. */
    record Insert(int offset, Optional<IndexTuple> tuple) implements HashRecord {}

    /**
     * A bucket gets another overflow page, block 0, made anew, after block 1.
     *
     * @param bitmapSize   bytes of a bitmap page
     * @param isPageReused {@code bmpage_found}: whether the page was a free one; else the meta page counts one more
     * @param bucket       whose page it is
     * @param bitmapBit    which bit to set in the bitmap page, block 2; empty also if there is no such block. Block
     *                     3, if any, is a new bitmap page
     * @param firstFree    {@code hashm_firstfree} for the meta page, block 4
     */
    record AddOverflowPage(int bitmapSize, boolean isPageReused, int bucket, OptionalInt bitmapBit,
            OptionalInt firstFree) implements HashRecord {}

    /**
     * A bucket, block 0, begins to split; the new one's first page, block 1, is made. Redo sets what is for block 0
     * even on a restored image.
     *
     * @param newBucket     number of the new bucket, which becomes the highest
     * @param oldBucketFlag {@code hasho_flag} for block 0
     * @param newBucketFlag {@code hasho_flag} for block 1
     * @param setsMasks     whether the masks change with it
     * @param setsSpares    whether the split point changes with it
     * @param masks         for the meta page, block 2
     * @param spares        for the meta page, block 2
     */
    record SplitAllocatePage(int newBucket, int oldBucketFlag, int newBucketFlag, boolean setsMasks,
            boolean setsSpares, Optional<Masks> masks, Optional<Spares> spares) implements HashRecord {}

    /** {@code hashm_lowmask} and {@code hashm_highmask}. */
    record Masks(int low, int high) {}

    /** {@code hashm_ovflpoint}, and its entry of {@code hashm_spares}. */
    record Spares(int splitPoint, int pages) {}

    /** A page of a bucket that came to be by a split, block 0; it is restored from its image. */
    record SplitPage() implements HashRecord {}

    /** A split is complete: {@code hasho_flag} of the old bucket, block 0, and the new one, block 1, images or not. */
    record SplitComplete(int oldBucketFlag, int newBucketFlag) implements HashRecord {}

    /**
     * Tuples move from a page of a bucket, block 2, to one before it, block 1. Block 0, the primary bucket page, does
     * not change; it is there only if it is another than block 1.
     *
     * @param count               of the tuples
     * @param isPrimaryBucketPage whether block 1 is the primary bucket page
     * @param moved               for block 1
     * @param deleted             offsets of the items that block 2 loses
     */
    record MovePageContents(int count, boolean isPrimaryBucketPage, Optional<MovedTuples> moved,
            Optional<int[]> deleted) implements HashRecord {}

    /** Where the tuples come to stand on their new page, and the tuples in the same order. */
    record MovedTuples(int[] offsets, List<IndexTuple> tuples) {}

    /**
     * An overflow page, block 2, becomes free; its tuples move to one before it, block 1. Block 0 as in {@link
     * MovePageContents}; block 3 is the page before the freed one if that is not block 1, block 4 the one after it.
     *
     * @param previous            block before the freed page
     * @param next                block after the freed page; 0xFFFFFFFF for none
     * @param count               of the tuples
     * @param isPrimaryBucketPage whether block 1 is the primary bucket page
     * @param isPreviousPage      whether block 1 is the page before the freed one
     * @param changesTarget       whether block 1 is given the record's LSN: since 17 only if it changes
     * @param moved               for block 1; empty if there are no tuples
     * @param bitmapBit           which bit to clear in the bitmap page, block 5
     * @param firstFree           {@code hashm_firstfree} for the meta page, block 6; empty also if there is no such
     *                            block
     */
    record SqueezePage(int previous, int next, int count, boolean isPrimaryBucketPage, boolean isPreviousPage,
            boolean changesTarget, Optional<MovedTuples> moved, OptionalInt bitmapBit, OptionalInt firstFree)
            implements HashRecord {}

    /**
     * VACUUM, or the end of a split, removes items of a page, block 1. Block 0 as in {@link MovePageContents}.
     *
     * @param clearsDeadMark      whether the page has no dead items any more
     * @param isPrimaryBucketPage whether block 1 is the primary bucket page
     * @param deleted             offsets of the items
     */
    record Delete(boolean clearsDeadMark, boolean isPrimaryBucketPage, Optional<int[]> deleted) implements HashRecord {}

    /** A bucket's first page, block 0, loses the flag that says that items of a split are left. */
    record SplitCleanup() implements HashRecord {}

    /** The meta page, block 0, is told the number of rows. */
    record UpdateMetaPage(double tuples) implements HashRecord {}

    /**
     * An insertion removes dead items of block 0; the meta page, block 1, counts them off.
     *
     * @param snapshotConflictHorizon the newest xid that a query on a standby must not need any more
     * @param isCatalogRel            whether logical decoding may need the table; false before 16, which does not tell
     * @param deleted                 offsets of the items
     */
    record VacuumOnePage(int snapshotConflictHorizon, boolean isCatalogRel, int[] deleted) implements HashRecord {}
}
