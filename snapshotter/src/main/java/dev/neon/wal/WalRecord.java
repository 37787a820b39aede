package dev.neon.wal;

import dev.neon.postgres.ImageCompression;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import java.nio.ByteBuffer;

/**
 * One record taken apart: its header, the blocks that it refers to, its main data
 * ({@code REL_17 xlogreader.c DecodeXLogRecord}). A view on the {@link WalReader}'s place, valid until the reader moves;
 * one object serves for all records, and nothing is allocated for a record. Used by one thread at a time.
 *
 * <p>After the 24 bytes of {@code XLogRecord} come, each begun by one byte, the headers of block references (0 to 32, in
 * rising order), the origin (253), the top-level transaction (252), and last the length of the main data (255 short, 254
 * long); then each block's image and data, and the main data at the very end.
 */
public final class WalRecord {
    /** {@code XLR_MAX_BLOCK_ID}. */
    public static final int LAST_BLOCK = 32;
    /** {@code BLCKSZ}: bytes in a page of a relation. */
    public static final int PAGE_SIZE = 8192;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int DATA_SHORT = 255;
    private static final int DATA_LONG = 254;
    private static final int ORIGIN = 253;
    private static final int TOPLEVEL_XID = 252;
    private static final int FORK = 0x0F;
    private static final int LAST_FORK = 3;
    private static final int HAS_IMAGE = 0x10;
    private static final int HAS_DATA = 0x20;
    private static final int WILL_INIT = 0x40;
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
    private static final int HOLE_OFFSET = 2;
    private static final int IMAGE_INFO = 4;
    private static final int HOLE_LENGTH = 5;

    private final WalReader reader;
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
    private final int[] headerAt = new int[LAST_BLOCK + 1];
    /** Where the block's relation is named: in its own header, or in an earlier one. */
    private final int[] relationAt = new int[LAST_BLOCK + 1];
    private final int[] blockAt = new int[LAST_BLOCK + 1];

    private int failedAt;
    private String expected = "";
    private String found = "";

    WalRecord(WalReader reader, PostgresMajor major) {
        this.reader = reader;
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
            int id = u8(at);
            if (id > LAST_BLOCK) {
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
        if (hole ? offset == 0 || gap <= 0 || size == PAGE_SIZE || offset + gap > PAGE_SIZE
                : offset != 0 || gap != 0) {
            bad(at, hole ? "an image with a hole" : "a whole image",
                    size + " bytes with a hole of " + gap + " at " + offset);
            return -1;
        }
        if (compressed && size >= PAGE_SIZE) {
            bad(at, "a compressed image of less than " + PAGE_SIZE + " bytes", size + " bytes");
            return -1;
        }
        return at + HOLE_LENGTH + (hole && compressed ? Short.BYTES : 0);
    }

    /** Of an image whose header begins at {@code at}. */
    private int gap(int at) {
        int info = u8(at + IMAGE_INFO);
        return !major.isImageCompressed(info) ? PAGE_SIZE - u16(at)
                : (info & IMAGE_HAS_HOLE) != 0 ? u16(at + HOLE_LENGTH) : 0;
    }

    /** Where a block's image starts, and its data after it, from the record's first byte. */
    private int contentAt(int id) {
        int at = headersEnd;
        for (int before = 0; before < id; before++) {
            at += hasBlock(before) ? imageLength(before) + dataLength(before) : 0;
        }
        return at;
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

    private int u8(int at) {
        return LittleEndian.u8(array, base + at);
    }

    private int u16(int at) {
        return LittleEndian.u16(array, base + at);
    }

    private int u32(int at) {
        return LittleEndian.i32(array, base + at);
    }

    public PostgresMajor major() {
        return major;
    }

    /** Where the record's header starts; PostgreSQL's {@code ReadRecPtr}. */
    public Lsn start() {
        return reader.start();
    }

    /** {@link #start} without an object. */
    public long startLsn() {
        return reader.startLsn();
    }

    /** {@link WalReader#end}. */
    public Lsn end() {
        return reader.end();
    }

    /** {@code xl_tot_len}: bytes in the record, its header included, padding and page headers not. */
    public int length() {
        return length;
    }

    /** {@code xl_xid}: the transaction or subtransaction, unsigned; 0 for none. */
    public int xid() {
        return reader.xid();
    }

    /** {@code xl_prev}: the start of the record before this one. */
    public Lsn previous() {
        return reader.previous();
    }

    /** {@link #previous} without an object. */
    public long previousLsn() {
        return reader.previousLsn();
    }

    /** {@code xl_rmid}: the resource manager, 0 to 255. */
    public int rmid() {
        return reader.rmid();
    }

    /** {@code xl_info}: the resource manager's bits in the upper four, those of the record in the lower. */
    public int info() {
        return reader.info();
    }

    /** The resource manager's bits of {@link #info}, in place: 0x00, 0x10, … 0xF0. */
    public int operation() {
        return reader.operation();
    }

    /** The replication origin; 0 for none. */
    public int origin() {
        return origin;
    }

    /** The top-level transaction, told once for each subtransaction at {@code wal_level=logical}; 0 for none. */
    public int topLevelXid() {
        return topLevelXid;
    }

    /** One more than the highest block id; 0 if the record refers to no block. Ids between may be absent. */
    public int blockCount() {
        return blocks;
    }

    public boolean hasBlock(int id) {
        return id >= 0 && id < blocks && (present & 1L << id) != 0;
    }

    /** An object; {@link #tablespace}, {@link #database} and {@link #relation} tell the same without one. */
    public RelFileLocator locator(int id) {
        return new RelFileLocator(tablespace(id), database(id), relation(id));
    }

    /** The tablespace's oid, unsigned. */
    public int tablespace(int id) {
        return u32(relationAt[required(id)]);
    }

    /** The database's oid, unsigned; 0 for a shared relation. */
    public int database(int id) {
        return u32(relationAt[required(id)] + 4);
    }

    /** {@code relNumber}: the relation's file number, unsigned. */
    public int relation(int id) {
        return u32(relationAt[required(id)] + 8);
    }

    /** 0 main, 1 free space map, 2 visibility map, 3 init. */
    public int fork(int id) {
        return flags(id) & FORK;
    }

    /** The block's number in the fork, unsigned. */
    public int block(int id) {
        return u32(blockAt[required(id)]);
    }

    /** {@code BKPBLOCK_WILL_INIT}: redo makes the page anew and reads nothing of it. */
    public boolean willInit(int id) {
        return (flags(id) & WILL_INIT) != 0;
    }

    public boolean hasImage(int id) {
        return hasBlock(id) && (flags(id) & HAS_IMAGE) != 0;
    }

    /** {@code BKPIMAGE_APPLY}: redo restores the image; without it, the image is there only to check redo's result. */
    public boolean isImageApplied(int id) {
        return hasImage(id) && major.isImageApplied(imageInfo(id));
    }

    /** Bytes that the image takes in the record; 0 without one. */
    public int imageLength(int id) {
        return hasImage(id) ? u16(headerAt[id] + IMAGE) : 0;
    }

    /** Bytes that all images take in the record: {@code pg_waldump}'s FPI size. */
    public int imagesLength() {
        return imagesLength;
    }

    /** Where in the page zeros were left out, in bytes; 0 without a hole. */
    public int holeOffset(int id) {
        return hasImage(id) ? u16(headerAt[id] + IMAGE + HOLE_OFFSET) : 0;
    }

    /** How many zeros were left out of the page. */
    public int holeLength(int id) {
        return hasImage(id) ? gap(headerAt[id] + IMAGE) : 0;
    }

    public ImageCompression imageCompression(int id) {
        return hasImage(id) ? major.imageCompression(imageInfo(id)) : ImageCompression.NONE;
    }

    /** The image as it is in the record: compressed, and without its hole. Shares the reader's memory. */
    public RecordCursor imageBytes(int id) {
        return cursor(contentAt(required(id)), imageLength(id));
    }

    public boolean hasData(int id) {
        return dataLength(id) > 0;
    }

    /** Bytes of the block's data; 0 if it has none. */
    public int dataLength(int id) {
        return hasBlock(id) ? u16(headerAt[id] + DATA_LENGTH) : 0;
    }

    /**
     * Whether the block's data was left out of the record because redo restores the image, in which the change is done
     * ({@code REL_17 xloginsert.c XLogRecordAssemble}, {@code needs_data}).
     */
    public boolean isDataInImage(int id) {
        return isImageApplied(id) && !hasData(id);
    }

    /**
     * The block's data, from its first byte; of length 0 if there is none. Shares the reader's memory.
     *
     * @throws UnsupportedWalException if the record has no such block
     */
    public RecordCursor data(int id) {
        return cursor(contentAt(required(id)) + imageLength(id), dataLength(id));
    }

    public int mainLength() {
        return mainLength;
    }

    /** The main data, from its first byte; of length 0 if there is none. Shares the reader's memory. */
    public RecordCursor main() {
        return cursor(length - mainLength, mainLength);
    }

    /** The exception for an operation that the resource manager does not have, to be thrown. */
    public UnsupportedWalException unknownOperation() {
        return unsupported("operation 0x" + Integer.toHexString(operation()) + " of resource manager " + rmid()
                + " is not known");
    }

    /**
     * The exception for a record whose form is not known, to be thrown.
     *
     * @param what for people
     */
    public UnsupportedWalException unsupported(String what) {
        return new UnsupportedWalException(start().toString(), what);
    }

    private int flags(int id) {
        return u8(headerAt[required(id)] + FLAGS);
    }

    private int imageInfo(int id) {
        return u8(headerAt[id] + IMAGE + IMAGE_INFO);
    }

    private RecordCursor cursor(int at, int size) {
        return new RecordCursor(this, bytes, base + at, size);
    }

    private int required(int id) {
        if (!hasBlock(id)) {
            throw new UnsupportedWalException(start().toString(), "its form has a block " + id + ", the record has none");
        }
        return id;
    }
}
