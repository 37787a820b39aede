package dev.neon.rmgr.heap;

import dev.neon.wal.WalRecord;

/** {@code XLOG_HEAP_INIT_PAGE}, a bit of the operation: redo makes block 0 anew. */
final class InitPage {
    static final int BIT = 0x80;

    private InitPage() {}

    /** Fails closed where the operation and the block reference differ, or an image would restore such a page. */
    static void check(WalRecord record) {
        boolean isInit = (record.operation() & BIT) != 0;
        if (record.hasBlock(0) && (record.willInit(0) != isInit || isInit && record.isImageApplied(0))) {
            throw record.unsupported("the operation and block 0 differ on whether the page is made anew");
        }
    }
}
