package dev.neon.rmgr.xlog;

import dev.neon.page.Page;
import dev.neon.rmgr.BlockRedo;
import dev.neon.wal.WalRecord;

/**
 * {@code REL_17 xlog.c xlog_redo}, as far as it is about pages. Images are restored before it is asked; what is left is
 * FPI_FOR_HINT of a server with {@code full_page_writes} off, which has none.
 */
final class XlogRedo implements BlockRedo<XlogRecord> {
    @Override
    public boolean redo(XlogRecord said, WalRecord record, int id, Page page) {
        if (said instanceof XlogRecord.FullPageImagesForHint) {
            return false;
        }
        throw record.unsupported("it has no image of block " + id);
    }
}
