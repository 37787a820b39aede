package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the main data in a record's bytes. After the header come, each begun by one byte, the headers of block
 * references (0 to 32), the origin (253), the top-level transaction (252), and last the length of the main data (255
 * short, 254 long); then the blocks' images and data, and the main data at the very end
 * ({@code REL_17 xlogreader.c DecodeXLogRecord}).
 */
final class RecordBody {
    private static final int DATA_SHORT = 255;
    private static final int DATA_LONG = 254;
    private static final int ORIGIN = 253;
    private static final int TOPLEVEL_XID = 252;
    private static final int LAST_BLOCK = 32;
    private static final int HAS_IMAGE = 0x10;
    private static final int SAME_RELATION = 0x80;
    private static final int IMAGE_HAS_HOLE = 0x01;
    private static final int RELATION_BYTES = 12;

    private final ByteBuffer at;
    private final PostgresMajor major;
    /** Bytes that the block headers passed so far announce. */
    private long announced;

    private RecordBody(byte[] record, PostgresMajor major) {
        this.at = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).position(WalRecordHeader.BYTES);
        this.major = major;
    }

    /**
     * The main data, of length zero if the record has none.
     *
     * @param record a whole record, header included
     * @return empty if the bytes are not those of a record: an unknown block id, or lengths that do not add up
     */
    static Optional<byte[]> mainData(byte[] record, PostgresMajor major) {
        try {
            RecordBody body = new RecordBody(record, major);
            long length = body.passHeaders();
            return length < 0 || body.at.remaining() != body.announced + length ? Optional.empty()
                    : Optional.of(Arrays.copyOfRange(record, (int) (record.length - length), record.length));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    /** The length of the main data, with {@code at} after the headers; -1 for an unknown id. */
    private long passHeaders() {
        while (at.remaining() > announced) {
            int id = Byte.toUnsignedInt(at.get());
            switch (id) {
                case DATA_SHORT -> {
                    return Byte.toUnsignedInt(at.get());
                }
                case DATA_LONG -> {
                    return Integer.toUnsignedLong(at.getInt());
                }
                case ORIGIN -> at.getShort();
                case TOPLEVEL_XID -> at.getInt();
                default -> {
                    if (id > LAST_BLOCK) {
                        return -1;
                    }
                    passBlock();
                }
            }
        }
        return 0;
    }

    private void passBlock() {
        int flags = at.get();
        announced += Short.toUnsignedInt(at.getShort());
        if ((flags & HAS_IMAGE) != 0) {
            announced += Short.toUnsignedInt(at.getShort());
            at.getShort();
            int image = at.get();
            if ((image & IMAGE_HAS_HOLE) != 0 && major.isImageCompressed(image)) {
                at.getShort();
            }
        }
        if ((flags & SAME_RELATION) == 0) {
            at.get(new byte[RELATION_BYTES]);
        }
        at.getInt();
    }
}
