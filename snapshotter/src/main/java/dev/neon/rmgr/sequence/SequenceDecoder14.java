package dev.neon.rmgr.sequence;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data: {@code xl_seq_rec}, then the tuple.
 * <pre>
 *  0  u32 spcOid
 *  4  u32 dbOid
 *  8  u32 relNumber
 * 12  the tuple
 * </pre>
 */
final class SequenceDecoder14 {
    static final int LOG = 0x00;

    private SequenceDecoder14() {}

    static SequenceRecord decode(WalRecord record) {
        if (record.operation() != LOG) {
            throw record.unknownOperation();
        }
        RecordBlocks.of(record).plain(0).finish();
        RecordCursor main = record.main();
        return new SequenceRecord.Log(main.locator(), main.rest());
    }
}
