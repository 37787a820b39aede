package dev.neon.state;

import dev.neon.page.Page;
import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.WalRecord;

/**
 * Applies records to pages of SLRUs, one page at a time and each by itself. Which pages a record changes, {@link
 * ForkEvents#changed} tells. Used by one thread.
 */
public final class SlruRedo {
    public SlruRedo(PostgresMajor major) {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes a page what it is after the record.
     *
     * @param number the page's number: the block in {@link Slru#fork}
     * @param page   as it was before the record; zeros if it was not there
     */
    public void redo(WalRecord record, Slru slru, int number, Page page) {
        throw new UnsupportedOperationException();
    }
}
