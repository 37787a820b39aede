package dev.neon.repo.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The beginning of an {@link IndexPart}: enough to know whether a search has to look into it. 84 bytes, little-endian.
 * <pre>
 *  0  u32 magic         "NWIX"
 *  4  u16 version       1
 *  6  u16 segments      1 to 256
 *  8  u64 start         LSN at which the first segment begins
 * 16  u64 system        identifier
 * 24  u32 segmentSize   bytes
 * 28  u32 restorePoints
 * 32  u64 xidBefore     the highest transaction id seen before the first segment
 * 40  u64 xidAfter      the highest at the end
 * 48  s64 earliest      time of a commit or abort record; s64's highest if there is none
 * 56  s64 latest        s64's lowest if there is none
 * 64  u64 ends          commit and abort records
 * 72  u32 bodyLength    the file's bytes after this header
 * 76  u32 bodyCrc       their CRC-32C
 * 80  u32 headerCrc     CRC-32C of bytes 0 to 79
 * </pre>
 */
public record IndexPartHeader(Lsn start, int segments, long systemIdentifier, int segmentSize, int restorePoints,
        long xidBefore, long xidAfter, long earliest, long latest, long ends) {
    static final int BYTES = 84;
    static final int BODY_LENGTH = 72;
    static final int BODY_CRC = 76;

    private static final int MAGIC = 'N' | 'W' << 8 | 'I' << 16 | 'X' << 24;
    private static final int VERSION = 1;
    static final int SEGMENTS = 6;
    private static final int HEADER_CRC = 80;

    /** LSN, exclusive: where the last segment ends. */
    public Lsn end() {
        return start.plus((long) segments * segmentSize);
    }

    void write(ByteBuffer file, int bodyLength, int bodyCrc) {
        file.position(0).putInt(MAGIC).putShort((short) VERSION).putShort((short) segments).putLong(start.value())
                .putLong(systemIdentifier).putInt(segmentSize).putInt(restorePoints).putLong(xidBefore)
                .putLong(xidAfter).putLong(earliest).putLong(latest).putLong(ends).putInt(bodyLength).putInt(bodyCrc);
        file.putInt(HEADER_CRC, crc(file));
    }

    private static int crc(ByteBuffer file) {
        CRC32C crc = new CRC32C();
        crc.update(file.slice(0, HEADER_CRC));
        return (int) crc.getValue();
    }

    /**
     * Reads the header.
     *
     * @param file little-endian; at least the header, of which the rest is not looked at
     */
    static IndexPartHeader read(Path path, ByteBuffer file) {
        if (file.capacity() < BYTES) {
            throw new CorruptFileException(path, file.capacity(), BYTES + " bytes", "the end", IndexPart.HINT);
        }
        require(path, 0, MAGIC, file.getInt(0));
        require(path, Integer.BYTES, VERSION, file.getShort(Integer.BYTES));
        require(path, HEADER_CRC, file.getInt(HEADER_CRC), crc(file));
        int segments = Short.toUnsignedInt(file.getShort(SEGMENTS));
        file.position(8);
        return new IndexPartHeader(new Lsn(file.getLong()), segments, file.getLong(), file.getInt(), file.getInt(),
                file.getLong(), file.getLong(), file.getLong(), file.getLong(), file.getLong());
    }

    static int bodyLength(ByteBuffer file) {
        return file.getInt(BODY_LENGTH);
    }

    static int bodyCrc(ByteBuffer file) {
        return file.getInt(BODY_CRC);
    }

    static void require(Path path, int offset, int expected, int found) {
        if (expected != found) {
            throw new CorruptFileException(path, offset, "0x" + Integer.toHexString(expected),
                    "0x" + Integer.toHexString(found), IndexPart.HINT);
        }
    }
}
