package dev.neon.state;

import dev.neon.repo.Lsn;
import java.nio.file.Path;

/** Reads the metadata of a data directory whose server has been shut down, or of a copy of one. */
public final class BaseState {
    private BaseState() {}

    /**
     * @param directory a data directory, or a version 1 snapshot
     * @param lsn       the end of its shutdown checkpoint's record
     * @throws dev.neon.repo.error.ConflictException      if it was not shut down
     * @throws dev.neon.repo.error.CorruptFileException   if a file is damaged
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be read
     */
    public static ClusterMetadata read(Path directory, Lsn lsn) {
        throw new UnsupportedOperationException();
    }
}
