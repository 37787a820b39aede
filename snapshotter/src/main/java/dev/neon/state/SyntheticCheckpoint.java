package dev.neon.state;

import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFileEditor;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.FileSteps;
import dev.neon.wal.WalAppend;
import dev.neon.wal.WalSource;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A shutdown checkpoint that no server wrote. A server that starts on it says "database system was shut down" and replays
 * nothing.
 */
public final class SyntheticCheckpoint {
    private static final int RM_XLOG = 0;
    /** {@code XLOG_CHECKPOINT_SHUTDOWN}. */
    private static final int SHUTDOWN = 0x00;
    /** {@code FirstNormalUnloggedLSN}: where the counter begins when all unlogged relations are empty. */
    private static final Lsn FIRST_UNLOGGED = new Lsn(1000);

    private final ClusterMetadata metadata;
    private final Instant time;
    private final Lsn start;
    private final byte[] body;

    /**
     * @param metadata of a record boundary, which the checkpoint follows; copied
     * @param time     to be written into it
     */
    public SyntheticCheckpoint(ClusterMetadata metadata, Instant time) {
        this.metadata = metadata.copy();
        this.time = time;
        this.start = WalAppend.start(metadata.lsn(), metadata.identity().segmentSize());
        this.body = metadata.counting().checkPoint(start, time)
                .toBytes(metadata.major(), metadata.parameters().walLevel());
    }

    /** Where the record starts: {@link ClusterMetadata#lsn}, or after the header of the page that begins there. */
    public Lsn start() {
        return start;
    }

    /** The position after it: the end of the timeline's WAL once it is there. */
    public Lsn end() {
        return WalAppend.end(start, body.length, metadata.identity().segmentSize());
    }

    /** The record, byte for byte. */
    public byte[] record() {
        return WalAppend.record(RM_XLOG, SHUTDOWN, metadata.lastRecord(), body);
    }

    /**
     * Writes the record into the timeline's own segments, durably. They are full-sized and zero after it. No server runs
     * on the timeline, and its WAL ends where the record starts: what stands there is no WAL and is overwritten.
     *
     * @param source    the WAL before
     * @param directory the timeline's own {@code wal} directory, which exists
     * @throws dev.neon.repo.error.NotFoundException      if the WAL before does not reach it
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be written
     */
    public void append(FileSteps files, WalSource source, Path directory) {
        new WalAppend(files, source, directory).write(metadata.lsn(), record());
    }

    /** {@code global/pg_control} of a data directory that was shut down by it. */
    public byte[] controlFile() {
        return control(metadata).state(ClusterState.SHUTDOWNED).time(time).checkPoint(start, body).bytes();
    }

    /**
     * {@code global/pg_control} of a data directory that was shut down by the metadata's last record, so that nothing has
     * to be appended.
     */
    public static byte[] controlFileShutDown(ClusterMetadata metadata) {
        return control(metadata).state(ClusterState.SHUTDOWNED).time(metadata.checkPoint().time())
                .checkPoint(metadata.checkPointLsn(), metadata.checkPointBytes()).bytes();
    }

    /**
     * {@code global/pg_control} of a data directory whose server crashed, instead: it replays from the last checkpoint at
     * or below the metadata's LSN. For the fallback, and not to be used with {@link #append}.
     */
    public static byte[] controlFileInProduction(ClusterMetadata metadata) {
        return control(metadata).state(ClusterState.IN_PRODUCTION).time(metadata.checkPoint().time())
                .checkPoint(metadata.checkPointLsn(), metadata.checkPointBytes()).bytes();
    }

    private static ControlFileEditor control(ClusterMetadata metadata) {
        return metadata.base().edit().consistent().parameters(metadata.parameters()).unloggedLsn(FIRST_UNLOGGED);
    }
}
