package dev.neon.wal;

import dev.neon.postgres.ImageCompression;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.UnsupportedWalException;
import java.nio.ByteBuffer;

/**
 * One record taken apart: its header, the blocks that it refers to, its main data
 * ({@code REL_17 xlogreader.c DecodeXLogRecord}). A view on the place of a {@link WalReader} or {@link RecordLookup}, valid
 * until that moves; one object serves for all records, and nothing is allocated for a record. Used by one thread at a
 * time.
 */
public final class WalRecord {
    /** {@code XLR_MAX_BLOCK_ID}. */
    public static final int LAST_BLOCK = 32;
    /** {@code BLCKSZ}: bytes in a page of a relation. */
    public static final int PAGE_SIZE = 8192;

    private final PostgresMajor major;
    private final RecordDamage damage;
    private final RecordHeaders headers;
    private long start;
    private long end;

    /** @param damage tells where the record is that the reader is at */
    WalRecord(PostgresMajor major, RecordDamage damage) {
        this.major = major;
        this.damage = damage;
        this.headers = new RecordHeaders(major);
    }

    /** The headers, which the reader parses. */
    RecordHeaders headers() {
        return headers;
    }

    /**
     * Goes to another record, as {@link RecordHeaders#parse} does.
     *
     * @param lsn where it starts
     * @param to  {@link #end}
     */
    boolean parse(ByteBuffer bytes, int from, int length, long lsn, long to) {
        start = lsn;
        end = to;
        return headers.parse(bytes, from, length);
    }

    /** Where a block's image starts, and its data after it, from the record's first byte. */
    private int contentAt(int id) {
        int at = headers.end();
        for (int before = 0; before < id; before++) {
            at += hasBlock(before) ? imageLength(before) + dataLength(before) : 0;
        }
        return at;
    }

    public PostgresMajor major() {
        return major;
    }

    /** Where the record's header starts; PostgreSQL's {@code ReadRecPtr}. */
    public Lsn start() {
        return new Lsn(start);
    }

    /** {@link #start} without an object. */
    public long startLsn() {
        return start;
    }

    /** {@link WalReader#end}. */
    public Lsn end() {
        return new Lsn(end);
    }

    /** {@link #end} without an object. */
    public long endLsn() {
        return end;
    }

    /** {@code xl_tot_len}: bytes in the record, its header included, padding and page headers not. */
    public int length() {
        return headers.recordLength();
    }

    /** {@code xl_xid}: the transaction or subtransaction, unsigned; 0 for none. */
    public int xid() {
        return headers.u32(WalRecordHeader.XID);
    }

    /** {@code xl_prev}: the start of the record before this one. */
    public Lsn previous() {
        return new Lsn(previousLsn());
    }

    /** {@link #previous} without an object. */
    public long previousLsn() {
        return headers.i64(WalRecordHeader.PREVIOUS);
    }

    /** {@code xl_rmid}: the resource manager, 0 to 255. */
    public int rmid() {
        return headers.u8(WalRecordHeader.RMID);
    }

    /** {@code xl_info}: the resource manager's bits in the upper four, those of the record in the lower. */
    public int info() {
        return headers.u8(WalRecordHeader.INFO);
    }

    /** The resource manager's bits of {@link #info}, in place: 0x00, 0x10, … 0xF0. */
    public int operation() {
        return info() & WalRecordHeader.RMGR_INFO;
    }

    /** The replication origin; 0 for none. */
    public int origin() {
        return headers.origin();
    }

    /** The top-level transaction, told once for each subtransaction at {@code wal_level=logical}; 0 for none. */
    public int topLevelXid() {
        return headers.topLevelXid();
    }

    /** One more than the highest block id; 0 if the record refers to no block. Ids between may be absent. */
    public int blockCount() {
        return headers.blockCount();
    }

    public boolean hasBlock(int id) {
        return headers.hasBlock(id);
    }

    /** An object; {@link #tablespace}, {@link #database} and {@link #relation} tell the same without one. */
    public RelFileLocator locator(int id) {
        return new RelFileLocator(tablespace(id), database(id), relation(id));
    }

    /** The tablespace's oid, unsigned. */
    public int tablespace(int id) {
        return headers.u32(headers.relationAt(required(id)));
    }

    /** The database's oid, unsigned; 0 for a shared relation. */
    public int database(int id) {
        return headers.u32(headers.relationAt(required(id)) + 4);
    }

    /** {@code relNumber}: the relation's file number, unsigned. */
    public int relation(int id) {
        return headers.u32(headers.relationAt(required(id)) + 8);
    }

    /** 0 main, 1 free space map, 2 visibility map, 3 init. */
    public int fork(int id) {
        return flags(id) & RecordHeaders.FORK;
    }

    /** The block's number in the fork, unsigned. */
    public int block(int id) {
        return headers.u32(headers.blockAt(required(id)));
    }

    /** {@code BKPBLOCK_WILL_INIT}: redo makes the page anew and reads nothing of it. */
    public boolean willInit(int id) {
        return (flags(id) & RecordHeaders.WILL_INIT) != 0;
    }

    public boolean hasImage(int id) {
        return hasBlock(id) && (flags(id) & RecordHeaders.HAS_IMAGE) != 0;
    }

    /** {@code BKPIMAGE_APPLY}: redo restores the image; without it, the image is there only to check redo's result. */
    public boolean isImageApplied(int id) {
        return hasImage(id) && major.isImageApplied(imageInfo(id));
    }

    /** Bytes that the image takes in the record; 0 without one. */
    public int imageLength(int id) {
        return hasImage(id) ? headers.u16(headers.imageAt(id)) : 0;
    }

    /** Bytes that all images take in the record: {@code pg_waldump}'s FPI size. */
    public int imagesLength() {
        return headers.imagesLength();
    }

    /** Where in the page zeros were left out, in bytes; 0 without a hole. */
    public int holeOffset(int id) {
        return hasImage(id) ? headers.u16(headers.imageAt(id) + RecordHeaders.HOLE_OFFSET) : 0;
    }

    /** How many zeros were left out of the page. */
    public int holeLength(int id) {
        return hasImage(id) ? headers.gap(headers.imageAt(id)) : 0;
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
        return hasBlock(id) ? headers.dataLength(id) : 0;
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
        return headers.mainLength();
    }

    /** The main data, from its first byte; of length 0 if there is none. Shares the reader's memory. */
    public RecordCursor main() {
        return cursor(headers.recordLength() - headers.mainLength(), headers.mainLength());
    }

    /** The exception for an operation that the resource manager does not have, to be thrown. */
    public UnsupportedWalException unknownOperation() {
        return unsupported("operation 0x" + Integer.toHexString(operation()) + " of resource manager " + rmid()
                + " is not known");
    }

    /** The exception for a block that records of this operation do not have, to be thrown. */
    public UnsupportedWalException unknownBlock(int id) {
        return unsupported("its form has no block " + id);
    }

    /**
     * The exception for a record whose form is not known, to be thrown.
     *
     * @param what for people
     */
    public UnsupportedWalException unsupported(String what) {
        return new UnsupportedWalException(start().toString(), what);
    }

    /** The exception for an image that does not give a page although the record's checksum is right, to be thrown. */
    CorruptFileException damagedImage(int id, String expected) {
        return damage.at(contentAt(id), expected, imageLength(id) + " bytes that do not give them");
    }

    private int flags(int id) {
        return headers.flags(required(id));
    }

    private int imageInfo(int id) {
        return headers.u8(headers.imageAt(id) + RecordHeaders.IMAGE_INFO);
    }

    private RecordCursor cursor(int at, int size) {
        return headers.cursor(this, at, size);
    }

    private int required(int id) {
        if (!hasBlock(id)) {
            throw new UnsupportedWalException(start().toString(), "its form has a block " + id + ", the record has none");
        }
        return id;
    }
}
