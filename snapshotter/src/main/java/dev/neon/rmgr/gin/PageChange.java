package dev.neon.rmgr.gin;

import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.ItemPointer;
import java.util.List;

/** What a record changes in one page of a gin index ({@code REL_14 ginxlog.h}). */
public sealed interface PageChange {
    /**
     * A tuple goes into a page of the entry tree; in an inner page the item that has its offset is first made to lead
     * to the new child.
     *
     * @param offset     of the new item
     * @param isReplaced whether the item that has this offset is deleted first
     */
    record Entry(int offset, boolean isReplaced, IndexTuple tuple) implements PageChange {}

    /**
     * A link to a child goes into an inner page of a posting tree; the link that has this offset is made to lead to the
     * new child.
     *
     * @param offset of the new item
     * @param child  block that it leads to: the one which has split
     * @param key    the highest row of the child
     */
    record Downlink(int offset, int child, ItemPointer key) implements PageChange {}

    /** Compressed posting lists of a leaf of a posting tree change, in this order. */
    record Recompression(List<SegmentAction> actions) implements PageChange {}

    /** What becomes of a posting list; {@link #segment} counts, from 0, those that the page had. */
    sealed interface SegmentAction {
        int segment();
    }

    /** The list goes. */
    record DeleteSegment(int segment) implements SegmentAction {}

    /** A new list stands before this one. */
    record InsertSegment(int segment, byte[] postingList) implements SegmentAction {}

    /** The list becomes another. */
    record ReplaceSegment(int segment, byte[] postingList) implements SegmentAction {}

    /** Rows come into the list, which is then compressed again. */
    record AddItems(int segment, List<ItemPointer> items) implements SegmentAction {}
}
