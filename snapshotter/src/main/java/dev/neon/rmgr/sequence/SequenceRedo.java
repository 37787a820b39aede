package dev.neon.rmgr.sequence;

import dev.neon.page.Page;
import dev.neon.rmgr.BlockRedo;
import dev.neon.wal.WalRecord;

/** {@code REL_17 sequence.c seq_redo}; 14 to 18 do the same. */
final class SequenceRedo implements BlockRedo<SequenceRecord> {
    /** {@code SEQ_MAGIC}, in the special space. */
    private static final int MAGIC = 0x1717;

    @Override
    public boolean redo(SequenceRecord said, WalRecord record, int id, Page page) {
        switch (said) {
            case SequenceRecord.Log log -> {
                page.init(Integer.BYTES);
                page.put32(page.special(), MAGIC);
                page.appendItem(log.tuple());
            }
        }
        return true;
    }
}
