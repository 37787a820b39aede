package dev.neon.repo.layer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The file {@code metadata} of a snapshot: bytes whose meaning is another's, compressed and with a checksum. The
 * checked part of a {@link CheckedFile}, little-endian:
 * <pre>
 *  0  u32 size     of the content, at most 1 GiB
 *  4  the content, a zstd frame
 * </pre>
 */
public final class MetadataFile {
    public static final String NAME = "metadata";

    private static final int LEVEL = 3;
    private static final int MAX_SIZE = 1 << 30;
    /** zstd makes no more of a byte than this, so that no size makes us allocate what cannot be filled. */
    private static final int MAX_RATIO = 1 << 15;

    private MetadataFile() {}

    /** Creates the file in a snapshot's directory, unsynced. */
    public static LayerFile write(FileSteps steps, Path directory, byte[] content) {
        byte[] compressed = Zstd.compress(content, LEVEL);
        byte[] checked = ByteBuffer.allocate(Integer.BYTES + compressed.length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(content.length).put(compressed).array();
        byte[] trailer = CheckedFile.trailer(CheckedFile.Kind.METADATA, CheckedFile.HEADER, checked);
        byte[] file = ByteBuffer.allocate(CheckedFile.HEADER + checked.length + trailer.length)
                .put(CheckedFile.header(CheckedFile.Kind.METADATA)).put(checked).put(trailer).array();
        try {
            steps.create(directory.resolve(NAME), file);
        } catch (IOException failure) {
            throw new StorageFailedException("write", directory.resolve(NAME), failure);
        }
        return new LayerFile(NAME, file.length, CheckedFile.crc(file, 0, file.length));
    }

    /**
     * Reads the content.
     *
     * @throws dev.neon.repo.error.CorruptFileException   if it is damaged
     * @throws dev.neon.repo.error.FormatTooNewException  if a newer neon wrote it
     * @throws dev.neon.repo.error.StorageFailedException if it cannot be read
     */
    public static byte[] read(Path directory) {
        Path file = directory.resolve(NAME);
        CheckedFile.Content checked = CheckedFile.read(file, CheckedFile.Kind.METADATA);
        ByteBuffer bytes = checked.bytes();
        int compressed = bytes.capacity() - Integer.BYTES;
        int size = compressed < 0 ? -1 : bytes.getInt(0);
        if (size < 0 || size > MAX_SIZE || size > (long) MAX_RATIO * compressed) {
            throw CheckedFile.corrupt(file, checked.start(), "a size for " + compressed + " bytes", "" + size);
        }
        byte[] content = new byte[size];
        try {
            long found = Zstd.decompressByteArray(content, 0, size, bytes.array(),
                    bytes.arrayOffset() + Integer.BYTES, compressed);
            if (found == size) {
                return content;
            }
        } catch (ZstdException damaged) {
            // Said below.
        }
        throw CheckedFile.corrupt(file, checked.start() + Integer.BYTES, size + " bytes, compressed", "something else");
    }
}
