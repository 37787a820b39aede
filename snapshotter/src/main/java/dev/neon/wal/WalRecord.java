package dev.neon.wal;

import dev.neon.postgres.ImageCompression;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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

    /** What {@link #parse} says of a record whose headers go on beyond the bytes that it was shown. */
    static final int MORE_BYTES_NEEDED = 1;
    static final int PARSED = 0;
    static final int MALFORMED = -1;

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

    private final WalReader reader;
    private final PostgresMajor major;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int base;
    private int length;
    private boolean whole;

    private int blocks;
    private long present;
    private int origin;
    private int topLevelXid;
    private int mainAt;
    private int mainLength;
    private final int[] flags = new int[LAST_BLOCK + 1];
    private final int[] tablespace = new int[LAST_BLOCK + 1];
    private final int[] database = new int[LAST_BLOCK + 1];
    private final int[] relation = new int[LAST_BLOCK + 1];
    private final int[] block = new int[LAST_BLOCK + 1];
    private final int[] imageInfo = new int[LAST_BLOCK + 1];
    private final int[] imageLength = new int[LAST_BLOCK + 1];
    private final int[] holeOffset = new int[LAST_BLOCK + 1];
    private final int[] holeLength = new int[LAST_BLOCK + 1];
    private final int[] dataLength = new int[LAST_BLOCK + 1];
    /** Where a block's image starts, and its data after it, from the record's first byte. */
    private final int[] contentAt = new int[LAST_BLOCK + 1];

    private int failedAt;
    private String expected = "";
    private String found = "";

    WalRecord(WalReader reader, PostgresMajor major) {
        this.reader = reader;
        this.major = major;
    }

    /**
     * Reads the headers.
     *
     * @param from    the record's first byte in {@code buffer}, which is little-endian
     * @param total   the record's length
     * @param visible how many of its bytes are there
     * @return {@link #PARSED}; {@link #MORE_BYTES_NEEDED} if {@code visible} was too little; {@link #MALFORMED}, with
     *         {@link #failedAt} and the rest, if the bytes are not those of a record
     */
    int parse(ByteBuffer buffer, int from, int total, int visible) {
        bytes = buffer;
        base = from;
        length = total;
        whole = visible == total;
        blocks = 0;
        present = 0;
        origin = 0;
        topLevelXid = 0;
        mainLength = 0;
        int at = WalRecordHeader.BYTES;
        long announced = 0;
        boolean isLast = false;
        boolean relationKnown = false;
        while (!isLast && total - at > announced) {
            if (at + 1 > visible) {
                return MORE_BYTES_NEEDED;
            }
            int id = u8(at);
            int need = headerLength(id);
            if (need < 0) {
                return malformed(at, "a block id of 0 to 32 or 252 to 255", Integer.toString(id));
            }
            if (at + need > visible) {
                return at + need > total ? shortOf(at) : MORE_BYTES_NEEDED;
            }
            switch (id) {
                case DATA_SHORT -> {
                    mainLength = u8(at + 1);
                    announced += mainLength;
                    isLast = true;
                }
                case DATA_LONG -> {
                    mainLength = u32(at + 1);
                    announced += Integer.toUnsignedLong(mainLength);
                    isLast = true;
                }
                case ORIGIN -> origin = u16(at + 1);
                case TOPLEVEL_XID -> topLevelXid = u32(at + 1);
                default -> {
                    need = blockHeaderLength(at, visible);
                    if (at + need > visible) {
                        return at + need > total ? shortOf(at) : MORE_BYTES_NEEDED;
                    }
                    if (id < blocks) {
                        return malformed(at, "a block id above " + (blocks - 1), Integer.toString(id));
                    }
                    blocks = id + 1;
                    if (!readBlock(id, at, relationKnown)) {
                        return MALFORMED;
                    }
                    relationKnown = true;
                    announced += dataLength[id] + imageLength[id];
                }
            }
            at += need;
        }
        if (total - at != announced) {
            return malformed(at, announced + " bytes of images and data", (total - at) + " bytes");
        }
        place(at);
        return PARSED;
    }

    /** Bytes of a header, or for a block those that tell how many there are; -1 for an unknown id. */
    private static int headerLength(int id) {
        return switch (id) {
            case DATA_SHORT -> 2;
            case DATA_LONG, TOPLEVEL_XID -> 5;
            case ORIGIN -> 3;
            default -> id <= LAST_BLOCK ? 4 : -1;
        };
    }

    private int blockHeaderLength(int at, int visible) {
        int flag = u8(at + 1);
        int need = 4;
        if ((flag & HAS_IMAGE) != 0) {
            need += 5;
            if (at + need <= visible && hasHoleLength(u8(at + 8))) {
                need += 2;
            }
        }
        if ((flag & SAME_RELATION) == 0) {
            need += RELATION_BYTES;
        }
        return need + 4;
    }

    private boolean hasHoleLength(int info) {
        return (info & IMAGE_HAS_HOLE) != 0 && major.isImageCompressed(info);
    }

    private boolean readBlock(int id, int start, boolean relationKnown) {
        int flag = u8(start + 1);
        flags[id] = flag;
        if ((flag & FORK) > LAST_FORK) {
            return bad(start + 1, "a fork of 0 to 3", Integer.toString(flag & FORK));
        }
        int data = u16(start + 2);
        dataLength[id] = data;
        if ((flag & HAS_DATA) != 0 != data > 0) {
            return bad(start + 2, (flag & HAS_DATA) != 0 ? "data, as a flag says" : "no data, as a flag says",
                    data + " bytes");
        }
        int at = start + 4;
        imageLength[id] = 0;
        if ((flag & HAS_IMAGE) != 0) {
            if (!readImage(id, at)) {
                return false;
            }
            at += hasHoleLength(imageInfo[id]) ? 7 : 5;
        }
        if ((flag & SAME_RELATION) == 0) {
            tablespace[id] = u32(at);
            database[id] = u32(at + 4);
            relation[id] = u32(at + 8);
            at += RELATION_BYTES;
        } else if (!relationKnown) {
            return bad(start + 1, "a relation", "a link to the one before, and there is none");
        } else {
            int before = 63 - Long.numberOfLeadingZeros(present);
            tablespace[id] = tablespace[before];
            database[id] = database[before];
            relation[id] = relation[before];
        }
        block[id] = u32(at);
        present |= 1L << id;
        return true;
    }

    private boolean readImage(int id, int at) {
        int size = u16(at);
        int offset = u16(at + 2);
        int info = u8(at + 4);
        boolean hole = (info & IMAGE_HAS_HOLE) != 0;
        boolean compressed = major.isImageCompressed(info);
        int gap = !compressed ? PAGE_SIZE - size : hole ? u16(at + 5) : 0;
        imageLength[id] = size;
        imageInfo[id] = info;
        holeOffset[id] = offset;
        holeLength[id] = gap;
        if (hole && (offset == 0 || gap <= 0 || size == PAGE_SIZE || offset + gap > PAGE_SIZE)) {
            return bad(at, "an image with a hole", size + " bytes with a hole of " + gap + " at " + offset);
        }
        if (!hole && (offset != 0 || gap != 0)) {
            return bad(at, "a whole image", size + " bytes with a hole of " + gap + " at " + offset);
        }
        if (compressed && size >= PAGE_SIZE) {
            return bad(at, "a compressed image of less than " + PAGE_SIZE + " bytes", size + " bytes");
        }
        return true;
    }

    /** Puts the images and data where they are, now that the headers' end is known. */
    private void place(int headersEnd) {
        int at = headersEnd;
        for (int id = 0; id < blocks; id++) {
            if (hasBlock(id)) {
                contentAt[id] = at;
                at += imageLength[id] + dataLength[id];
            }
        }
        mainAt = at;
    }

    private int shortOf(int at) {
        return malformed(at, "a whole header", "the end of the record");
    }

    private int malformed(int at, String wanted, String seen) {
        bad(at, wanted, seen);
        return MALFORMED;
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
        return Byte.toUnsignedInt(bytes.get(base + at));
    }

    private int u16(int at) {
        return Short.toUnsignedInt(bytes.getShort(base + at));
    }

    private int u32(int at) {
        return bytes.getInt(base + at);
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
        return reader.recordStart();
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
        return reader.previousRecord();
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
        return reader.info() & WalRecordHeader.RMGR_INFO;
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
        return tablespace[required(id)];
    }

    /** The database's oid, unsigned; 0 for a shared relation. */
    public int database(int id) {
        return database[required(id)];
    }

    /** {@code relNumber}: the relation's file number, unsigned. */
    public int relation(int id) {
        return relation[required(id)];
    }

    /** 0 main, 1 free space map, 2 visibility map, 3 init. */
    public int fork(int id) {
        return flags[required(id)] & FORK;
    }

    /** The block's number in the fork, unsigned. */
    public int block(int id) {
        return block[required(id)];
    }

    /** {@code BKPBLOCK_WILL_INIT}: redo makes the page anew and reads nothing of it. */
    public boolean willInit(int id) {
        return (flags[required(id)] & WILL_INIT) != 0;
    }

    public boolean hasImage(int id) {
        return hasBlock(id) && (flags[id] & HAS_IMAGE) != 0;
    }

    /** {@code BKPIMAGE_APPLY}: redo restores the image; without it, the image is there only to check redo's result. */
    public boolean isImageApplied(int id) {
        return hasImage(id) && major.isImageApplied(imageInfo[id]);
    }

    /** Bytes that the image takes in the record; 0 without one. */
    public int imageLength(int id) {
        return hasImage(id) ? imageLength[id] : 0;
    }

    /** Bytes that all images take in the record: {@code pg_waldump}'s FPI size. */
    public int imagesLength() {
        int sum = 0;
        for (int id = 0; id < blocks; id++) {
            sum += imageLength(id);
        }
        return sum;
    }

    /** {@code BKPIMAGE_HAS_HOLE}. */
    public boolean hasHole(int id) {
        return hasImage(id) && (imageInfo[id] & IMAGE_HAS_HOLE) != 0;
    }

    /** Where in the page zeros were left out, in bytes; 0 without a hole. */
    public int holeOffset(int id) {
        return hasImage(id) ? holeOffset[id] : 0;
    }

    /** How many zeros were left out of the page. */
    public int holeLength(int id) {
        return hasImage(id) ? holeLength[id] : 0;
    }

    public ImageCompression imageCompression(int id) {
        return hasImage(id) ? major.imageCompression(imageInfo[id]) : ImageCompression.NONE;
    }

    /** The image as it is in the record: compressed, and without its hole. Shares the reader's memory. */
    public RecordCursor imageBytes(int id) {
        return cursor(contentAt[required(id)], imageLength(id));
    }

    public boolean hasData(int id) {
        return hasBlock(id) && dataLength[id] > 0;
    }

    /** Bytes of the block's data; 0 if it has none. */
    public int dataLength(int id) {
        return hasBlock(id) ? dataLength[id] : 0;
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
        return cursor(contentAt[required(id)] + imageLength(id), dataLength[id]);
    }

    public int mainLength() {
        return mainLength;
    }

    /** The main data, from its first byte; of length 0 if there is none. Shares the reader's memory. */
    public RecordCursor main() {
        return cursor(mainAt, mainLength);
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

    private RecordCursor cursor(int at, int size) {
        if (!whole) {
            bytes = ByteBuffer.wrap(reader.copyBytes()).order(ByteOrder.LITTLE_ENDIAN);
            base = 0;
            whole = true;
        }
        return new RecordCursor(this, bytes, base + at, size);
    }

    private int required(int id) {
        if (!hasBlock(id)) {
            throw new UnsupportedWalException(start().toString(), "its form has a block " + id + ", the record has none");
        }
        return id;
    }
}
