package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import java.nio.ByteBuffer;

/**
 * Finds the parts of a record ({@code REL_17 xlogreader.c DecodeXLogRecord}). Positions count from the record's first
 * byte. One object serves for all records; nothing is allocated for one.
 *
 * <p>After the 24 bytes of {@code XLogRecord} come, each begun by one byte, the headers of block references (0 to 32,
 * in rising order), the origin (253), the top-level transaction (252), and last the length of the main data (255 short,
 * 254 long); then each block's image and data, and the main data at the very end.
 */
final class RecordHeaders {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int DATA_SHORT = 255;
    private static final int DATA_LONG = 254;
    private static final int ORIGIN = 253;
    private static final int TOPLEVEL_XID = 252;
    static final int FORK = 0x0F;
    private static final int LAST_FORK = 3;
    static final int HAS_IMAGE = 0x10;
    private static final int HAS_DATA = 0x20;
    static final int WILL_INIT = 0x40;
    private static final int SAME_RELATION = 0x80;
    private static final int IMAGE_HAS_HOLE = 0x01;
    private static final int RELATION_BYTES = 12;
    /** A block's header without image and relation. */
    private static final int SHORTEST_BLOCK = 8;

    /**
     * A block's header: u8 id, u8 flags, u16 length of the data; of an image; of the relation, three oids, if it is not
     * that of the block before; and the block's number.
     */
    private static final int FLAGS = 1;
    private static final int DATA_LENGTH = 2;
    private static final int IMAGE = 4;
    /** An image's header: u16 length, u16 offset of the hole, u8 flags; its length, u16, if the image is compressed. */
    static final int HOLE_OFFSET = 2;
    static final int IMAGE_INFO = 4;
    private static final int HOLE_LENGTH = 5;

    private final PostgresMajor major;
    private ByteBuffer bytes = NOTHING;
    private byte[] array = bytes.array();
    private int base;
    private int length;

    private int blocks;
    private long present;
    private int origin;
    private int topLevelXid;
    private int headersEnd;
    private int imagesLength;
    private int mainLength;
    /** Where a block's header begins, from the record's first byte, of which the fields are read when asked for. */
    private final int[] headerAt = new int[WalRecord.LAST_BLOCK + 1];
    /** Where the block's relation is named: in its own header, or in an earlier one. */
    private final int[] relationAt = new int[WalRecord.LAST_BLOCK + 1];
    private final int[] blockAt = new int[WalRecord.LAST_BLOCK + 1];

    private int failedAt;
    private String expected = "";
    private String found = "";

    RecordHeaders(PostgresMajor major) {
        this.major = major;
    }

    /** Lets go of the bytes. */
    void release() {
        bytes = NOTHING;
        array = bytes.array();
    }

    /**
     * Reads the headers.
     *
     * @param buffer on the heap from offset 0, little-endian
     * @param from   the record's first byte in {@code buffer}
     * @param total  the record's length
     * @return false, with {@link #failedAt} and the rest, if the bytes are not those of a record
     */
    boolean parse(ByteBuffer buffer, int from, int total) {
        bytes = buffer;
        array = buffer.array();
        base = from;
        length = total;
        blocks = 0;
        present = 0;
        origin = 0;
        topLevelXid = 0;
        imagesLength = 0;
        mainLength = 0;
        int at = WalRecordHeader.BYTES;
        long announced = 0;
        // Not cut up further, since every record comes this way.
        while (total - at > announced + imagesLength) {
            int id = array[from + at] & 0xFF;
            if (id > WalRecord.LAST_BLOCK) {
                int need = headerLength(id);
                if (need < 0 || at + need > total) {
                    return badHeader(at, need);
                }
                readOther(id, at);
                announced += Integer.toUnsignedLong(mainLength);
                at += need;
                if (id >= DATA_LONG) {
                    break;
                }
                continue;
            }
            if (at + SHORTEST_BLOCK > total || id < blocks) {
                return badBlock(id, at);
            }
            int head = LittleEndian.i32(array, from + at);
            int flag = head >>> 8 & 0xFF;
            int data = head >>> 16;
            if ((flag & FORK) > LAST_FORK || (flag & HAS_DATA) != 0 != data > 0
                    || (flag & SAME_RELATION) != 0 && blocks == 0) {
                return badFlags(at, flag, data);
            }
            headerAt[id] = at;
            int next = at + IMAGE;
            if ((flag & HAS_IMAGE) != 0) {
                next = readImage(next);
                if (next < 0) {
                    return false;
                }
            }
            if ((flag & SAME_RELATION) == 0) {
                relationAt[id] = next;
                next += RELATION_BYTES;
            } else {
                relationAt[id] = relationAt[blocks - 1];
            }
            blockAt[id] = next;
            at = next + Integer.BYTES;
            if (at > total) {
                return badHeader(headerAt[id], 0);
            }
            announced += data;
            present |= 1L << id;
            blocks = id + 1;
        }
        headersEnd = at;
        return total - at == announced + imagesLength
                || bad(at, announced + imagesLength + " bytes of images and data", (total - at) + " bytes");
    }

    /** Bytes of a header that is not a block's; -1 for an unknown id. */
    private static int headerLength(int id) {
        return switch (id) {
            case DATA_SHORT -> 2;
            case DATA_LONG, TOPLEVEL_XID -> 5;
            case ORIGIN -> 3;
            default -> -1;
        };
    }

    private void readOther(int id, int at) {
        switch (id) {
            case DATA_SHORT -> mainLength = u8(at + 1);
            case DATA_LONG -> mainLength = u32(at + 1);
            case ORIGIN -> origin = u16(at + 1);
            default -> topLevelXid = u32(at + 1);
        }
    }

    private boolean badHeader(int at, int need) {
        return need < 0 ? bad(at, "a block id of 0 to 32 or 252 to 255", Integer.toString(u8(at)))
                : bad(at, "a whole header", "the end of the record");
    }

    private boolean badBlock(int id, int at) {
        return id < blocks ? bad(at, "a block id above " + (blocks - 1), Integer.toString(id)) : badHeader(at, 0);
    }

    private boolean badFlags(int at, int flag, int data) {
        if ((flag & FORK) > LAST_FORK) {
            return bad(at + FLAGS, "a fork of 0 to 3", Integer.toString(flag & FORK));
        }
        if ((flag & HAS_DATA) != 0 != data > 0) {
            return bad(at + DATA_LENGTH, (flag & HAS_DATA) != 0 ? "data, as a flag says" : "no data, as a flag says",
                    data + " bytes");
        }
        return bad(at + FLAGS, "a relation", "a link to the one before, and there is none");
    }

    /** Reads an image's header, and returns where it ends; -1 if it is not one. */
    private int readImage(int at) {
        if (at + HOLE_LENGTH + Short.BYTES > length) {
            bad(at, "a whole header", "the end of the record");
            return -1;
        }
        int size = u16(at);
        int offset = u16(at + HOLE_OFFSET);
        int info = u8(at + IMAGE_INFO);
        boolean hole = (info & IMAGE_HAS_HOLE) != 0;
        boolean compressed = major.isImageCompressed(info);
        int gap = gap(at);
        imagesLength += size;
        if (hole ? offset == 0 || gap <= 0 || size == WalRecord.PAGE_SIZE || offset + gap > WalRecord.PAGE_SIZE
                : offset != 0 || gap != 0) {
            bad(at, hole ? "an image with a hole" : "a whole image",
                    size + " bytes with a hole of " + gap + " at " + offset);
            return -1;
        }
        if (!major.areImageFlags(info)) {
            bad(at + IMAGE_INFO, "known flags of an image", WalPages.hex(info));
            return -1;
        }
        if (compressed && size >= WalRecord.PAGE_SIZE) {
            bad(at, "a compressed image of less than " + WalRecord.PAGE_SIZE + " bytes", size + " bytes");
            return -1;
        }
        return at + HOLE_LENGTH + (hole && compressed ? Short.BYTES : 0);
    }

    /** Of an image whose header begins at {@code at}. */
    int gap(int at) {
        int info = u8(at + IMAGE_INFO);
        return !major.isImageCompressed(info) ? WalRecord.PAGE_SIZE - u16(at)
                : (info & IMAGE_HAS_HOLE) != 0 ? u16(at + HOLE_LENGTH) : 0;
    }

    private boolean bad(int at, String wanted, String seen) {
        failedAt = at;
        expected = wanted;
        found = seen;
        return false;
    }

    /** Of a malformed record: where, in bytes from its start. */
    int failedAt() {
        return failedAt;
    }

    String expected() {
        return expected;
    }

    String found() {
        return found;
    }

    int u8(int at) {
        return LittleEndian.u8(array, base + at);
    }

    int u16(int at) {
        return LittleEndian.u16(array, base + at);
    }

    int u32(int at) {
        return LittleEndian.i32(array, base + at);
    }

    long i64(int at) {
        return LittleEndian.i64(array, base + at);
    }

    int recordLength() {
        return length;
    }

    int origin() {
        return origin;
    }

    int topLevelXid() {
        return topLevelXid;
    }

    /** One more than the highest block id. */
    int blockCount() {
        return blocks;
    }

    boolean hasBlock(int id) {
        return id >= 0 && id < blocks && (present & 1L << id) != 0;
    }

    int flags(int id) {
        return u8(headerAt[id] + FLAGS);
    }

    int dataLength(int id) {
        return u16(headerAt[id] + DATA_LENGTH);
    }

    /** Where the header of a block's image begins, if it has one. */
    int imageAt(int id) {
        return headerAt[id] + IMAGE;
    }

    /** Where a block's relation stands: three oids. */
    int relationAt(int id) {
        return relationAt[id];
    }

    /** Where a block's number stands. */
    int blockAt(int id) {
        return blockAt[id];
    }

    /** Where the first image or data begins. */
    int end() {
        return headersEnd;
    }

    int imagesLength() {
        return imagesLength;
    }

    int mainLength() {
        return mainLength;
    }

    RecordCursor cursor(WalRecord record, int at, int size) {
        return new RecordCursor(record, bytes, base + at, size);
    }
}
