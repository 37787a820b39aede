package dev.neon.rmgr.heap;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/** Fails closed on block references and block data that a form does not have. */
final class Blocks {
    /** {@code XLOG_HEAP_INIT_PAGE}: block 0 is made anew. */
    static final int INIT_PAGE = 0x80;

    private Blocks() {}

    /**
     * Block 0's data; only that block has any.
     *
     * @param most as many blocks there can be
     */
    static RecordCursor data(WalRecord record, int most) {
        require(record, 1, most);
        for (int id = 1; id < record.blockCount(); id++) {
            requireNoData(record, id);
        }
        return record.data(0);
    }

    static void requireWithoutData(WalRecord record, int least, int most) {
        require(record, least, most);
        for (int id = 0; id < record.blockCount(); id++) {
            requireNoData(record, id);
        }
    }

    private static void require(WalRecord record, int least, int most) {
        if (record.blockCount() > most) {
            throw record.unsupported("block " + (record.blockCount() - 1) + " is not known");
        }
        for (int id = 0; id < least; id++) {
            if (!record.hasBlock(id)) {
                throw record.unsupported("block " + id + " is missing");
            }
        }
        if (least > 0 && record.willInit(0) != ((record.operation() & INIT_PAGE) != 0)) {
            throw record.unsupported("the operation and block 0 differ on whether the page is made anew");
        }
        if (least > 0 && record.willInit(0) && record.isImageApplied(0)) {
            throw record.unsupported("block 0 is made anew and restored from an image");
        }
    }

    private static void requireNoData(WalRecord record, int id) {
        if (record.hasData(id)) {
            throw record.unsupported("data of block " + id + " are not known");
        }
    }
}
