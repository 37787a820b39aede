package dev.neon.repo.layer;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.FormatTooNewException;
import dev.neon.repo.error.StorageFailedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What all binary files of a snapshot begin and end with. Little-endian.
 * <pre>
 * header, 8 bytes               trailer, 24 bytes, the file's last
 *  0  u32 magic    "NEON"        0  u64 start    where the checked part begins; it ends at the trailer
 *  4  u16 kind                   8  u32 crc      CRC-32C of the checked part
 *  6  u16 version               12  u32 crc      CRC-32C of the header and bytes 0 to 11 of the trailer
 *                               16  u64 magic    "NEON end"
 * </pre>
 * The checked part is read and checked as a whole. What is between header and checked part has checksums of its own
 * there.
 */
final class CheckedFile {
    /** What is between header and trailer. A later version of a kind keeps header and trailer. */
    enum Kind {
        LAYER(1), METADATA(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** The checked part, little-endian, and where in the file it begins. */
    record Content(long start, ByteBuffer bytes) {}

    static final int HEADER = 8;
    static final int TRAILER = 24;
    static final String HINT = "Put the file back from a copy of the repository.";

    private static final int VERSION = 1;
    private static final int MAGIC = 'N' | 'E' << 8 | 'O' << 16 | 'N' << 24;
    private static final long END_MAGIC = MAGIC & 0xFFFFFFFFL | (' ' | 'e' << 8 | 'n' << 16 | (long) 'd' << 24) << 32;
    private static final int CRC = 8;
    private static final int TRAILER_CRC = 12;
    private static final int TRAILER_MAGIC = 16;
    /** A read this long costs little more than one of the trailer, and has the index of most layers. */
    private static final int TAIL = 64 << 10;

    private CheckedFile() {}

    static byte[] header(Kind kind) {
        return little(HEADER).putInt(MAGIC).putShort((short) kind.code).putShort((short) VERSION).array();
    }

    /** @param content the checked part */
    static byte[] trailer(Kind kind, long start, byte[] content) {
        ByteBuffer trailer = little(TRAILER).putLong(start).putInt(crc(content, 0, content.length));
        return trailer.putInt(crc(header(kind), trailer)).putLong(END_MAGIC).array();
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(byte[] header, ByteBuffer trailer) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, HEADER);
        crc.update(trailer.array(), trailer.arrayOffset(), TRAILER_CRC);
        return (int) crc.getValue();
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** Reads and checks header, trailer and the checked part. */
    static Content read(Path file, Kind kind) {
        try (FileChannel channel = FileChannel.open(file)) {
            return read(file, kind, channel, channel.size());
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    private static Content read(Path file, Kind kind, FileChannel channel, long size) throws IOException {
        if (size < HEADER + TRAILER) {
            throw corrupt(file, size, "at least " + (HEADER + TRAILER) + " bytes", "the end");
        }
        byte[] header = new byte[HEADER];
        readFully(channel, 0, header, 0, HEADER);
        byte[] tail = new byte[(int) Math.min(TAIL, size)];
        readFully(channel, size - tail.length, tail, 0, tail.length);
        ByteBuffer trailer = ByteBuffer.wrap(tail, tail.length - TRAILER, TRAILER).slice()
                .order(ByteOrder.LITTLE_ENDIAN);
        long end = size - TRAILER;
        check(file, kind, header, trailer, end);
        long start = trailer.getLong(0);
        if (start < HEADER || start > end || end - start > Integer.MAX_VALUE - HEADER) {
            throw corrupt(file, end, "a position up to " + end, Long.toUnsignedString(start));
        }
        ByteBuffer content;
        if (start >= size - tail.length) {
            content = ByteBuffer.wrap(tail, (int) (start - size + tail.length), (int) (end - start)).slice();
        } else {
            content = ByteBuffer.allocate((int) (end - start));
            readFully(channel, start, content.array(), 0, content.capacity());
        }
        int crc = crc(content.array(), content.arrayOffset(), content.capacity());
        if (crc != trailer.getInt(CRC)) {
            throw corrupt(file, start, "checksum " + hex(trailer.getInt(CRC)), hex(crc));
        }
        return new Content(start, content.order(ByteOrder.LITTLE_ENDIAN));
    }

    private static void check(Path file, Kind kind, byte[] header, ByteBuffer trailer, long end) {
        if (trailer.getLong(TRAILER_MAGIC) != END_MAGIC) {
            throw corrupt(file, end + TRAILER_MAGIC, "'NEON end'", "something else");
        }
        int crc = crc(header, trailer);
        if (crc != trailer.getInt(TRAILER_CRC)) {
            throw corrupt(file, end, "checksum " + hex(trailer.getInt(TRAILER_CRC)), hex(crc));
        }
        ByteBuffer found = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        if (found.getInt(0) != MAGIC || found.getShort(4) != kind.code) {
            throw corrupt(file, 0, "a file of kind " + kind.code, hex(found.getInt(0)) + ", kind " + found.getShort(4));
        }
        if (Short.toUnsignedInt(found.getShort(6)) > VERSION) {
            throw new FormatTooNewException(file.toString(), Short.toUnsignedInt(found.getShort(6)), VERSION);
        }
    }

    /** Reads a part of a file, all of it. */
    static void readFully(FileChannel channel, long position, byte[] target, int offset, int length)
            throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(target, offset, length);
        long at = position;
        while (rest.hasRemaining()) {
            int read = channel.read(rest, at);
            if (read < 0) {
                throw new EOFException("unexpected end of file");
            }
            at += read;
        }
    }

    static String hex(int number) {
        return "0x" + Integer.toHexString(number);
    }

    static CorruptFileException corrupt(Path file, long offset, String expected, String actual) {
        return new CorruptFileException(file, offset, expected, actual, HINT);
    }
}
