package dev.neon.state;

import java.nio.file.Path;

/** The bytes of metadata: the whole, or the difference to the metadata of an earlier point. */
public final class MetadataFormat {
    private MetadataFormat() {}

    /** All of it. */
    public static byte[] write(ClusterMetadata metadata) {
        throw new UnsupportedOperationException();
    }

    /** Only what differs. */
    public static byte[] writeDifference(ClusterMetadata metadata, ClusterMetadata parent) {
        throw new UnsupportedOperationException();
    }

    /** Whether {@link #readDifference} reads these bytes and not {@link #read}. */
    public static boolean isDifference(byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /**
     * @param file is named in errors
     * @throws dev.neon.repo.error.CorruptFileException if they are not such bytes
     */
    public static ClusterMetadata read(Path file, byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** As {@link #read}, of a difference to {@code parent}, which stays as it is. */
    public static ClusterMetadata readDifference(Path file, byte[] bytes, ClusterMetadata parent) {
        throw new UnsupportedOperationException();
    }
}
