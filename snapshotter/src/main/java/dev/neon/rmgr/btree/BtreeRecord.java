package dev.neon.rmgr.btree;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.RmgrRecord;
import java.util.List;
import java.util.Optional;

/**
 * What btrees write ({@code REL_17 nbtxlog.h}). Block numbers and levels are unsigned; item offsets count from 1. What
 * is for one page only is empty where the record has an image of that page to restore instead.
 */
public sealed interface BtreeRecord extends RmgrRecord {
    /**
     * A tuple goes into a leaf, block 0.
     *
     * @param offset of the new item
     */
    record InsertLeaf(int offset, Optional<IndexTuple> tuple) implements BtreeRecord {}

    /**
     * A tuple goes into an inner page, block 0, which ends the split of a child, block 1.
     *
     * @param metadata for the meta page, block 2, where the page was the only one of its level
     */
    record InsertUpper(int offset, Optional<IndexTuple> tuple, Optional<BtreeMetadata> metadata)
            implements BtreeRecord {}

    /**
     * A tuple goes into a leaf, block 0, in the midst of the rows of a posting list, which stands before it.
     *
     * @param offset of the new item; that of the posting list is one less
     */
    record InsertPosting(int offset, Optional<PostingSplit> split) implements BtreeRecord {}

    /**
     * How a posting list takes in a row between its first and last.
     *
     * @param postingOffset which of the list's rows, from 0, gives way to the new one
     * @param newItem       the tuple as it came; the last row of the list takes its place
     */
    record PostingSplit(int postingOffset, IndexTuple newItem) {}

    /**
     * A page, block 0, gives its upper items to a new one on the right, block 1. Block 2 is the page to the right of
     * that, if any; block 3, for inner pages, the child whose split this ends.
     *
     * @param newItemOnLeft whether the new item is on the left page
     * @param level         of the pages, 0 for leaves
     * @param firstRight    offset, on the page as it was, of the first item that moves
     * @param newItemOffset of the new item, counted on the page as it was
     * @param postingOffset as in {@link PostingSplit}; 0 if the left page has no posting list to change
     * @param left          for the left page
     * @param right         all items of the right page, the last one first
     */
    record Split(boolean newItemOnLeft, int level, int firstRight, int newItemOffset, int postingOffset,
            Optional<LeftPage> left, List<IndexTuple> right) implements BtreeRecord {}

    /**
     * What the left page of a split has that it had not.
     *
     * @param newItem the new tuple as it came; present if it is on the left page or a posting list there takes it in
     */
    record LeftPage(Optional<IndexTuple> newItem, IndexTuple highKey) {}

    /**
     * Runs of equal tuples of a leaf, block 0, become posting lists.
     *
     * @param count of the intervals
     */
    record Dedup(int count, Optional<List<Interval>> intervals) implements BtreeRecord {}

    /** {@code items} tuples from {@code baseOffset} on, on the page as it was. */
    record Interval(int baseOffset, int items) {}

    /**
     * VACUUM removes items of a leaf, block 0, or rows from their posting lists.
     *
     * @param clearsCycleId whether redo sets the page's {@code btpo_cycleid} to 0, as 18 and later do
     */
    record Vacuum(int deleted, int updated, boolean clearsCycleId, Optional<Removal> removal)
            implements BtreeRecord {}

    /**
     * An insertion removes dead items of a leaf, block 0, or rows from their posting lists.
     *
     * @param snapshotConflictHorizon the newest xid that a query on a standby must not need any more
     * @param isCatalogRel            whether logical decoding may need the table; false before 16, which does not tell
     */
    record Delete(int snapshotConflictHorizon, int deleted, int updated, boolean isCatalogRel,
            Optional<Removal> removal) implements BtreeRecord {}

    /** Items to be deleted, by offset, and posting lists that lose some of their rows; all as the page was. */
    record Removal(int[] deleted, List<PostingUpdate> updated) {}

    /**
     * A posting list loses rows.
     *
     * @param offset  of the item
     * @param deleted which of its rows, from 0
     */
    record PostingUpdate(int offset, int[] deleted) {}

    /**
     * An empty leaf, block 0, which redo makes anew, is about to be deleted; its parent's link goes.
     *
     * @param parentOffset item of the parent, block 1, that leads to the subtree; the link after it moves here
     * @param leaf         the leaf's block
     * @param left         its left sibling; 0 for none
     * @param right        its right sibling
     * @param topParent    the highest page that goes with it; 0xFFFFFFFF for none but the leaf
     */
    record MarkPageHalfDead(int parentOffset, int leaf, int left, int right, int topParent) implements BtreeRecord {}

    /**
     * A page, block 0, which redo makes anew, leaves the chain of its siblings, blocks 1 and 2. Block 3 is the leaf
     * below it, if it is not a leaf itself.
     *
     * @param left          left sibling; 0 for none
     * @param right         right sibling
     * @param level         of the page
     * @param safeXid       64-bit xid from which on the page may be reused
     * @param leafLeft      left sibling of the leaf below
     * @param leafRight     right sibling of the leaf below
     * @param leafTopParent the highest page that is left to be deleted; 0xFFFFFFFF for none but the leaf
     * @param metadata      for the meta page, block 4, where the right sibling becomes the fast root
     */
    record UnlinkPage(int left, int right, int level, long safeXid, int leafLeft, int leafRight, int leafTopParent,
            Optional<BtreeMetadata> metadata) implements BtreeRecord {}

    /**
     * A new root, block 0, made anew, as is the meta page, block 2. It is the first one, an empty leaf, or stands above
     * one that has been split, block 1.
     *
     * @param root   its block
     * @param level  its level
     * @param tuples its items, the last one first; none in a leaf
     */
    record NewRoot(int root, int level, List<IndexTuple> tuples, BtreeMetadata metadata) implements BtreeRecord {}

    /**
     * A deleted page comes to be reused; it concerns only queries on a standby.
     *
     * @param snapshotConflictHorizon the newest 64-bit xid that such a query must not need any more
     * @param isCatalogRel            as in {@link Delete}
     */
    record ReusePage(RelFileLocator relation, int block, long snapshotConflictHorizon, boolean isCatalogRel)
            implements BtreeRecord {}

    /** VACUUM notes in the meta page, block 0, made anew, what it has left to do. */
    record MetaCleanup(BtreeMetadata metadata) implements BtreeRecord {}
}
