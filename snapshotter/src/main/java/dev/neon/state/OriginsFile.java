package dev.neon.state;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * {@code pg_logical/replorigin_checkpoint}, little-endian ({@code REL_17 origin.c CheckPointReplicationOrigin}). Absent
 * if the server keeps no origins.
 * <pre>
 *  0  u32 magic        0x1257DADE
 *  4  for each origin  u16 roident, 6 bytes of padding, u64 remote_lsn
 *     u32 crc          CRC-32C of all before
 * </pre>
 */
final class OriginsFile {
    static final String PATH = "pg_logical/replorigin_checkpoint";
    private static final int MAGIC = 0x1257DADE;
    private static final int ORIGIN_BYTES = 16;
    private static final int AROUND = 8;

    private OriginsFile() {}

    static SortedMap<Integer, Lsn> read(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve(PATH);
        try {
            return parse(file, Files.readAllBytes(file));
        } catch (NoSuchFileException none) {
            return new TreeMap<>();
        }
    }

    private static SortedMap<Integer, Lsn> parse(Path file, byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int end = content.length - Integer.BYTES;
        if (content.length < AROUND || (content.length - AROUND) % ORIGIN_BYTES != 0 || bytes.getInt(0) != MAGIC
                || bytes.getInt(end) != crc(content, end)) {
            throw new CorruptFileException(file, 0, "progress of replication origins with its checksum",
                    content.length + " other bytes", "Take the file from a copy of the data directory.");
        }
        SortedMap<Integer, Lsn> origins = new TreeMap<>();
        for (int at = Integer.BYTES; at < end; at += ORIGIN_BYTES) {
            origins.put(Short.toUnsignedInt(bytes.getShort(at)), new Lsn(bytes.getLong(at + 8)));
        }
        return origins;
    }

    /** The file, in the order of the origins; PostgreSQL's order, that of its slots, means nothing. */
    static byte[] content(SortedMap<Integer, Lsn> origins) {
        ByteBuffer bytes = ByteBuffer.allocate(AROUND + origins.size() * ORIGIN_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC);
        origins.forEach((origin, progress) ->
                bytes.putShort(origin.shortValue()).putShort((short) 0).putInt(0).putLong(progress.value()));
        int end = bytes.position();
        return bytes.putInt(crc(bytes.array(), end)).array();
    }

    private static int crc(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }
}
