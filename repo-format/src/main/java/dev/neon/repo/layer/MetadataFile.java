package dev.neon.repo.layer;

import dev.neon.repo.files.FileSteps;
import java.nio.file.Path;

/** The file {@code metadata} of a snapshot: bytes whose meaning is another's, compressed and with a checksum. */
public final class MetadataFile {
    public static final String NAME = "metadata";

    private MetadataFile() {}

    /** Creates the file in a snapshot's directory, unsynced. */
    public static LayerFile write(FileSteps steps, Path directory, byte[] content) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads the content.
     *
     * @throws dev.neon.repo.error.CorruptFileException   if it is damaged
     * @throws dev.neon.repo.error.FormatTooNewException  if a newer neon wrote it
     * @throws dev.neon.repo.error.StorageFailedException if it cannot be read
     */
    public static byte[] read(Path directory) {
        throw new UnsupportedOperationException();
    }
}
