package dev.neon.postgres;

import dev.neon.repo.Lsn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;

/** Makes a control file that differs from another in some fields. */
public final class ControlFileEditor {
    private final PostgresMajor major;
    private final ByteBuffer at;

    ControlFileEditor(byte[] content, PostgresMajor major) {
        this.major = major;
        this.at = ByteBuffer.wrap(content.clone()).order(ByteOrder.LITTLE_ENDIAN);
    }

    public ControlFileEditor state(ClusterState state) {
        at.putInt(ControlFile.STATE, state.ordinal());
        return this;
    }

    /** When the file was written last, to the second. */
    public ControlFileEditor time(Instant time) {
        at.putLong(ControlFile.TIME, time.getEpochSecond());
        return this;
    }

    /**
     * The last checkpoint.
     *
     * @param record where its record starts
     * @param body   what that record says, {@link CheckPoint#BYTES} bytes
     */
    public ControlFileEditor checkPoint(Lsn record, byte[] body) {
        at.putLong(ControlFile.CHECKPOINT, record.value());
        at.put(ControlFile.CHECKPOINT_COPY, body, 0, CheckPoint.BYTES);
        return this;
    }

    /** The counter that stands in for LSNs in unlogged relations. */
    public ControlFileEditor unloggedLsn(Lsn lsn) {
        at.putLong(ControlFile.UNLOGGED_LSN, lsn.value());
        return this;
    }

    /** No point has to be reached before the cluster is consistent. */
    public ControlFileEditor consistent() {
        at.putLong(ControlFile.MIN_RECOVERY_POINT, 0);
        at.putInt(ControlFile.MIN_RECOVERY_TIMELINE, 0);
        at.putLong(ControlFile.BACKUP_START, 0);
        at.putLong(ControlFile.BACKUP_END, 0);
        at.put(ControlFile.BACKUP_END_REQUIRED, (byte) 0);
        return this;
    }

    public ControlFileEditor parameters(ServerParameters parameters) {
        at.putInt(ControlFile.WAL_LEVEL, parameters.walLevel());
        at.put(ControlFile.WAL_LOG_HINTS, (byte) (parameters.walLogHints() ? 1 : 0));
        at.putInt(ControlFile.MAX_CONNECTIONS, parameters.maxConnections());
        at.putInt(ControlFile.MAX_WORKER_PROCESSES, parameters.maxWorkerProcesses());
        at.putInt(ControlFile.MAX_WAL_SENDERS, parameters.maxWalSenders());
        at.putInt(ControlFile.MAX_PREPARED_TRANSACTIONS, parameters.maxPreparedTransactions());
        at.putInt(ControlFile.MAX_LOCKS_PER_TRANSACTION, parameters.maxLocksPerTransaction());
        at.put(ControlFile.TRACK_COMMIT_TIMESTAMP, (byte) (parameters.trackCommitTimestamp() ? 1 : 0));
        return this;
    }

    /** The whole file, with its checksum. */
    public byte[] bytes() {
        byte[] content = at.array().clone();
        int crcAt = major.controlCrcOffset();
        CRC32C crc = new CRC32C();
        crc.update(content, 0, crcAt);
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(crcAt, (int) crc.getValue());
        return content;
    }
}
