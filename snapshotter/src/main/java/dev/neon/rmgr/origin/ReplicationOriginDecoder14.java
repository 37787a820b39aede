package dev.neon.rmgr.origin;

import dev.neon.repo.Lsn;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data ({@code REL_17 replication/origin.h}).
 * <pre>
 * SET   xl_replorigin_set
 *  0  u64  remote_lsn
 *  8  u16  node_id
 * 10  bool force
 * 11  5 bytes of padding
 *
 * DROP  xl_replorigin_drop
 *  0  u16  node_id
 * </pre>
 */
final class ReplicationOriginDecoder14 {
    static final int SET = 0x00;
    static final int DROP = 0x10;

    private ReplicationOriginDecoder14() {}

    static ReplicationOriginRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        ReplicationOriginRecord said = switch (record.operation()) {
            case SET -> set(main);
            case DROP -> new ReplicationOriginRecord.Drop(main.u16());
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }

    private static ReplicationOriginRecord set(RecordCursor main) {
        Lsn remoteLsn = main.lsn();
        int nodeId = main.u16();
        boolean force = main.bool();
        main.skip(5);
        return new ReplicationOriginRecord.Set(remoteLsn, nodeId, force);
    }
}
