package dev.neon.state;

import dev.neon.repo.Lsn;
import dev.neon.repo.files.FileSteps;
import dev.neon.wal.WalSource;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A shutdown checkpoint that no server wrote. A server that starts on it says "database system was shut down" and replays
 * nothing.
 */
public final class SyntheticCheckpoint {
    /**
     * @param metadata of a record boundary, which the checkpoint follows
     * @param time     to be written into it
     */
    public SyntheticCheckpoint(ClusterMetadata metadata, Instant time) {
        throw new UnsupportedOperationException();
    }

    /** Where the record starts: {@link ClusterMetadata#lsn}, or after the header of the page that begins there. */
    public Lsn start() {
        throw new UnsupportedOperationException();
    }

    /** The position after it: the end of the timeline's WAL once it is there. */
    public Lsn end() {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /** {@code global/pg_control} of a data directory that was shut down by it. */
    public byte[] controlFile() {
        throw new UnsupportedOperationException();
    }

    /**
     * {@code global/pg_control} of a data directory whose server crashed, instead: it replays from the last checkpoint at
     * or below the metadata's LSN. For the fallback, and not to be used with {@link #append}.
     */
    public static byte[] controlFileInProduction(ClusterMetadata metadata) {
        throw new UnsupportedOperationException();
    }
}
