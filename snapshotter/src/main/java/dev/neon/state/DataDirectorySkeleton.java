package dev.neon.state;

import dev.neon.repo.files.FileSteps;
import java.nio.file.Path;

/**
 * Writes what of a data directory is not pages: directories, {@code PG_VERSION}, relation maps, two-phase files, progress
 * of replication origins, {@code pg_control}. There is neither {@code pg_wal} nor a configuration file.
 */
public final class DataDirectorySkeleton {
    private DataDirectorySkeleton() {}

    /**
     * Writes, without syncing.
     *
     * @param control   from {@link SyntheticCheckpoint}
     * @param directory does not exist; its parent does
     * @throws dev.neon.repo.error.UnsupportedException   if there is an external tablespace
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be written
     */
    public static void write(ClusterMetadata metadata, byte[] control, FileSteps files, Path directory) {
        throw new UnsupportedOperationException();
    }
}
