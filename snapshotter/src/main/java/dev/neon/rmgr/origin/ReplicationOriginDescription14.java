package dev.neon.rmgr.origin;

/** {@code REL_14 replorigindesc.c replorigin_desc}. */
final class ReplicationOriginDescription14 {
    private ReplicationOriginDescription14() {}

    static void append(ReplicationOriginRecord said, StringBuilder text) {
        switch (said) {
            case ReplicationOriginRecord.Set set -> text.append("set ").append(set.nodeId())
                    .append("; lsn ").append(set.remoteLsn()).append("; force: ").append(set.force() ? 1 : 0);
            case ReplicationOriginRecord.Drop drop -> text.append("drop ").append(drop.nodeId());
        }
    }
}
