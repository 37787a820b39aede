package dev.neon.catalog;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * {@code pg_filenode.map}: the file numbers of those catalogs that are needed to read catalogs; little-endian
 * ({@code REL_17 relmapper.c RelMapFile}).
 * <pre>
 *     0  u32 magic      0x592717
 *     4  u32 count
 *     8  count times    u32 oid, u32 relNumber
 *        unused slots, up to 62 (14 and 15) or 64 in all
 *   504  u32 crc        CRC-32C of all before, in a file of 512 bytes (14 and 15)
 *   520  u32 crc        in one of 524 bytes
 * </pre>
 */
final class RelationMap {
    static final String FILE_NAME = "pg_filenode.map";

    private static final int MAGIC = 0x592717;
    private static final int HEADER = 8;
    private static final int ENTRY = 8;
    private static final int SMALL_FILE = 512;
    private static final int SMALL_SLOTS = 62;
    private static final int LARGE_FILE = 524;
    private static final int LARGE_SLOTS = 64;

    private final Map<Integer, Integer> files;

    private RelationMap(Map<Integer, Integer> files) {
        this.files = files;
    }

    /** @throws CorruptFileException if it is not such a file or its checksum is wrong */
    static RelationMap read(Path file) {
        try {
            return parse(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }

    static RelationMap parse(Path file, byte[] content) {
        if (content.length != SMALL_FILE && content.length != LARGE_FILE) {
            throw damaged(file, content.length, SMALL_FILE + " or " + LARGE_FILE + " bytes", content.length + " bytes");
        }
        int slots = content.length == SMALL_FILE ? SMALL_SLOTS : LARGE_SLOTS;
        int crcAt = HEADER + slots * ENTRY;
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        CRC32C crc = new CRC32C();
        crc.update(content, 0, crcAt);
        if (bytes.getInt(crcAt) != (int) crc.getValue()) {
            throw damaged(file, crcAt, "checksum " + hex((int) crc.getValue()), hex(bytes.getInt(crcAt)));
        }
        int count = bytes.getInt(4);
        if (bytes.getInt(0) != MAGIC || count < 0 || count > slots) {
            throw damaged(file, 0, "magic " + hex(MAGIC) + " and at most " + slots + " entries",
                    hex(bytes.getInt(0)) + " and " + count);
        }
        Map<Integer, Integer> files = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            files.put(bytes.getInt(HEADER + i * ENTRY), bytes.getInt(HEADER + i * ENTRY + Integer.BYTES));
        }
        return new RelationMap(files);
    }

    /** The file number of the relation with this oid, if it is a mapped one. */
    Optional<Integer> file(int oid) {
        return Optional.ofNullable(files.get(oid));
    }

    private static String hex(int value) {
        return String.format("0x%08x", value);
    }

    private static CorruptFileException damaged(Path file, long offset, String expected, String found) {
        return new CorruptFileException(file, offset, expected, found,
                "It names the files of the catalogs; a copy of it is in each snapshot.");
    }
}
