package dev.neon.rmgr.brin;

import dev.neon.rmgr.RmgrRecord;
import java.util.Optional;

/**
 * Changes of BRIN indexes ({@code REL_17 brin_xlog.h}). Block numbers are unsigned, offsets are those of items in a page,
 * from 1. A tuple is a {@code BrinTuple}, header included, as a copy; it is empty where an image of block 0 has it.
 */
public sealed interface BrinRecord extends RmgrRecord {
    /**
     * An index with nothing but its first page, block 0.
     *
     * @param pagesPerRange of the table
     * @param version       of the index's format
     */
    record CreateIndex(int pagesPerRange, int version) implements BrinRecord {}

    /**
     * The summary of a range: put into the page of block 0, and pointed to by the revmap page of block 1.
     *
     * @param heapBlk       the range's first page
     * @param pagesPerRange of the table; with {@code heapBlk} it says which entry of the revmap is set
     * @param offnum        where the tuple goes
     * @param isInit        whether redo makes block 0 anew
     */
    record Insert(int heapBlk, int pagesPerRange, int offnum, boolean isInit, Optional<byte[]> tuple)
            implements BrinRecord {}

    /**
     * A summary that has moved: as {@link Insert}, and the old one is taken from the page of block 2.
     *
     * @param oldOffnum the old one
     */
    record Update(int oldOffnum, Insert insert) implements BrinRecord {}

    /** A summary replaced in its place in block 0. */
    record SamepageUpdate(int offnum, Optional<byte[]> tuple) implements BrinRecord {}

    /**
     * One page more for the revmap, block 1; block 0 is the first page, which counts them.
     *
     * @param targetBlk the number of block 1
     */
    record RevmapExtend(int targetBlk) implements BrinRecord {}

    /**
     * A range without summary: its entry in the revmap page of block 0 is cleared, the tuple taken from block 1.
     *
     * @param heapBlk   the range's first page
     * @param regOffset the tuple
     */
    record Desummarize(int pagesPerRange, int heapBlk, int regOffset) implements BrinRecord {}
}
