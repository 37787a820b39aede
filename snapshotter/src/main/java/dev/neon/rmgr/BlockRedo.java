package dev.neon.rmgr;

import dev.neon.page.Page;
import dev.neon.repo.RelFileLocator;
import dev.neon.wal.WalRecord;

/**
 * Does to one page what a record says, as PostgreSQL's recovery does ({@code rm_redo}), for one resource manager and all
 * releases. A record that changes several pages is done once for each, in any order and at any time: no page's redo
 * reads another page.
 *
 * <p>What is common to all stands in {@code dev.neon.redo.PageRedo}: images are restored, pages that are made anew come
 * as zeros, pages that are newer are left alone.
 */
public interface BlockRedo<R extends RmgrRecord> {
    /**
     * Changes the page of a block that the record refers to.
     *
     * @param said   what the record says
     * @param record the same, with its block references; valid during the call
     * @param id     the block's id in the record
     * @param page   as it was before the record; all zeros if {@link WalRecord#willInit}
     * @return whether the page's LSN becomes the record's end, which the caller then sets
     * @throws dev.neon.page.PageFormatException if the page cannot be the one that the record was written for
     */
    boolean redo(R said, WalRecord record, int id, Page page);

    /**
     * Whether what {@link #redo} does to the block is no more than a hint: it moves the page's LSN only in clusters
     * that log hints, those with checksums or {@code wal_log_hints} ({@code XLogHintBitIsNeeded}).
     */
    default boolean isHint(R said, WalRecord record, int id) {
        return false;
    }

    /**
     * Whether {@link #touches} may have something to tell, asked before the record is decoded: most managers never
     * have.
     */
    default boolean mayTouch(WalRecord record) {
        return false;
    }

    /**
     * Whether the image of the block that redo restores was taken before the change, so that {@link #redo} follows it.
     * Then it must not need data of the block, which was left out.
     */
    default boolean isImageBefore(WalRecord record, int id) {
        return false;
    }

    /**
     * Tells the pages that the record changes without referring to them: bits of visibility maps, mostly.
     *
     * @param touched is told each, once
     */
    default void touches(R said, WalRecord record, Touched touched) {}

    /**
     * Changes a page that {@link #touches} has told. Its LSN stays.
     *
     * @param page as it was before the record; zeros if it was not there
     */
    default void redoTouched(R said, WalRecord record, RelFileLocator relation, int fork, int block, Page page) {
        throw new IllegalStateException("the record at " + record.start() + " touches no page of " + relation);
    }

    /** Is told pages. */
    @FunctionalInterface
    interface Touched {
        /**
         * @param fork  as {@link WalRecord#fork}
         * @param block unsigned
         */
        void page(RelFileLocator relation, int fork, int block);
    }

    /** For managers whose records change no pages of relations. */
    static <R extends RmgrRecord> BlockRedo<R> none() {
        return (said, record, id, page) -> {
            throw record.unsupported("a record of resource manager " + record.rmid() + " changes no page");
        };
    }
}
