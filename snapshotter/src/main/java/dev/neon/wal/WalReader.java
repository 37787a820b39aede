package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Walks whole records forward. A cursor: {@link #next} goes to a record, the accessors speak of that record, and
 * nothing is allocated for it. Every page header and record is checked as PostgreSQL's recovery checks it
 * ({@code REL_17 xlogreader.c XLogDecodeNextRecord}, {@code ValidXLogRecordHeader}, {@code ValidXLogRecord}), so the
 * walk ends where recovery would.
 *
 * <p>After {@link #next} has returned false it may be called again: a record that a server has completed in the
 * meantime is found. Used by one thread.
 */
public final class WalReader implements AutoCloseable {
    static final long UNKNOWN = -1;
    private static final long WHOLE = 0;
    private static final long STOPPED = -1;
    private static final long GATHERED = -2;
    /** Longer records are read past page by page, and gathered only for those who ask for their bytes. */
    static final int LONGEST_GATHERED = 1 << 20;

    private final WalPages pages;
    private final RecordDefects defects;
    private final WalStream stream = new WalStream();
    private final int segmentSize;
    private final PostgresMajor major;
    private final CRC32C crc = new CRC32C();
    private final WalRecord record;
    private Optional<WalkEnd> why = Optional.empty();
    private boolean stopped;

    /** Where the next record is looked for; beyond {@link #end} only after an abandoned record. */
    private long position;
    private long start = UNKNOWN;
    /** The record that another took the place of, from {@link #next}'s call on until that other is found good. */
    private long abandoned = UNKNOWN;
    /** Where in {@link #stream} the newest record begins, be it found good or not. */
    private int recordAt;
    /** Whether the bytes of the record that the accessors speak of are there. */
    private boolean hasContent;
    /** All of a long record, once it was asked for; given back when the reader moves. */
    private Optional<ByteBuffer> gathered = Optional.empty();
    private final byte[] longHeader = new byte[WalRecordHeader.BYTES];
    /** The position after the record's last byte. */
    private long dataEnd;
    /** The record that {@link #record} has been taken apart for. */
    private long parsed = UNKNOWN;
    private long end;
    private int length;
    private int xid;
    private long previous;
    private int info;
    private int rmid;
    private int storedCrc;

    private WalReader(WalSource source, Lsn from) {
        this.segmentSize = source.segmentSize();
        this.pages = new WalPages(source);
        this.major = source.major();
        this.defects = new RecordDefects(pages, major);
        this.record = new WalRecord(major, this::damaged);
        this.position = WalPageHeader.boundary(from.value(), segmentSize);
        this.end = position;
    }

    /**
     * A reader before the first record. Opens nothing yet.
     *
     * @param from the start of a record, or the end of the one before
     */
    public static WalReader from(WalSource source, Lsn from) {
        return new WalReader(source, from);
    }

    /**
     * Goes to the next whole record; false, with {@link #why}, if there is none. The accessors then still speak of the
     * last whole record, but its bytes are gone: {@link #record} and {@link #copyBytes} refuse.
     *
     * @throws dev.neon.repo.error.StorageFailedException if a segment cannot be read
     */
    public boolean next() {
        if (stopped) {
            stopped = false;
            why = Optional.empty();
        }
        hasContent = false;
        if (gathered.isPresent()) {
            gathered = Optional.empty();
            record.headers().release();
        }
        abandoned = UNKNOWN;
        long at = position;
        while (true) {
            long outcome = read(at);
            if (outcome == WHOLE) {
                return true;
            }
            if (outcome == STOPPED) {
                return false;
            }
            at = outcome;
        }
    }

    /**
     * Reads one record: {@link #WHOLE}, {@link #STOPPED}, or the page where another record took its place. Not cut up
     * further, since every record comes this way: the compiler would do the parts several times.
     */
    private long read(long from) {
        long at = from;
        if (!stream.isOnPage(at)) {
            if (!pages.enter(WalPageHeader.pageOf(at))) {
                return stop(pages.failure());
            }
            stream.begin(pages);
        }
        if (at - stream.bodyLsn() <= 0) {
            if (pages.has(WalPageHeader.FIRST_IS_CONTRECORD)) {
                return stop(defects.unexpectedContinuation(stream.page()));
            }
            at = stream.bodyLsn();
        }
        recordAt = stream.offset(at);
        int there = stream.end() - recordAt;
        if (there < Integer.BYTES) {
            return stop(pages.noMore(at));
        }
        int total = LittleEndian.i32(stream.array(), recordAt);
        if (total < WalRecordHeader.BYTES || total > WalRecordHeader.LONGEST) {
            return stop(defects.length(at, total, stream.array(), recordAt, there));
        }
        if (total > there) {
            long outcome = gather(at, total);
            if (outcome != GATHERED) {
                return outcome;
            }
        }
        byte[] bytes = stream.array();
        int first = recordAt;
        if (!isHeaderGood(bytes, first, at)) {
            return stop(defects.header(bytes, first, at, start));
        }
        crc.reset();
        crc.update(bytes, first + WalRecordHeader.BYTES, total - WalRecordHeader.BYTES);
        return accept(bytes, first, at, total, stream.lsn(first + total));
    }

    /** The last checks, once the CRC of all but the header was taken; the header is good, and at {@code first}. */
    private long accept(byte[] bytes, int first, long at, int total, long last) {
        crc.update(bytes, first, WalRecordHeader.CHECKED);
        int stored = LittleEndian.i32(bytes, first + WalRecordHeader.CRC);
        if ((int) crc.getValue() != stored) {
            return stop(defects.checksum(at, (int) crc.getValue(), stored));
        }
        int manager = LittleEndian.u8(bytes, first + WalRecordHeader.RMID);
        if ((abandoned != UNKNOWN || manager == WalRecordHeader.RM_XLOG) && !isInPlace(bytes, first, total)) {
            return stop(defects.place(bytes, first, at, total, abandoned));
        }
        previous = start == UNKNOWN ? LittleEndian.i64(bytes, first + WalRecordHeader.PREVIOUS) : start;
        start = at;
        length = total;
        xid = LittleEndian.i32(bytes, first + WalRecordHeader.XID);
        info = LittleEndian.u8(bytes, first + WalRecordHeader.INFO);
        rmid = manager;
        storedCrc = stored;
        dataEnd = last;
        end = WalRecordHeader.isSwitch(rmid, info) ? nextSegment(dataEnd) : WalRecordHeader.align(dataEnd);
        position = end;
        hasContent = true;
        return WHOLE;
    }

    private long nextSegment(long lsn) {
        return lsn + segmentSize - 1 & -(long) segmentSize;
    }

    /**
     * Takes pages until the record is whole: {@link #GATHERED}. Its header is checked as soon as it is there; of a long
     * record that is all that is taken, and the outcome that of {@link #readLong}.
     */
    private long gather(long at, int total) {
        int got = stream.end() - recordAt;
        while (got < total) {
            if (!stream.isWhole()) {
                return stop(pages.noMore(at));
            }
            if (got >= WalRecordHeader.BYTES) {
                if (!isHeaderGood(stream.array(), recordAt, at)) {
                    return stop(defects.header(stream.array(), recordAt, at, start));
                }
                if (total > LONGEST_GATHERED) {
                    return readLong(at, total, got);
                }
            }
            long outcome = enterNext(at, total - got);
            if (outcome != WHOLE) {
                return outcome;
            }
            recordAt = stream.append(pages, recordAt);
            got = stream.end() - recordAt;
        }
        return GATHERED;
    }

    /** Takes the CRC of a long record page by page, of which {@code there} bytes are in the stream. */
    private long readLong(long at, int total, int there) {
        System.arraycopy(stream.array(), recordAt, longHeader, 0, WalRecordHeader.BYTES);
        crc.reset();
        crc.update(stream.array(), recordAt + WalRecordHeader.BYTES, there - WalRecordHeader.BYTES);
        int left = total - there;
        int taken = 0;
        while (left > 0) {
            if (!stream.isWhole()) {
                return stop(pages.noMore(at));
            }
            long outcome = enterNext(at, left);
            if (outcome != WHOLE) {
                return outcome;
            }
            stream.begin(pages);
            taken = Math.min(left, stream.end());
            crc.update(stream.array(), 0, taken);
            left -= taken;
        }
        return accept(longHeader, 0, at, total, stream.lsn(taken));
    }

    /** Goes to the page where a record is to go on: {@link #WHOLE} if it does, otherwise what {@link #read} returns. */
    private long enterNext(long at, int left) {
        long next = stream.page() + PAGE_SIZE;
        if (!pages.enter(next)) {
            return stop(pages.failure());
        }
        if (pages.has(WalPageHeader.FIRST_IS_OVERWRITE_CONTRECORD)) {
            abandoned = at;
            return next;
        }
        Optional<WalkEnd> broken = defects.continuation(next, left);
        return broken.isPresent() ? stop(broken.get()) : WHOLE;
    }

    private boolean isHeaderGood(byte[] bytes, int first, long at) {
        long link = LittleEndian.i64(bytes, first + WalRecordHeader.PREVIOUS);
        return major.isRmgr(LittleEndian.u8(bytes, first + WalRecordHeader.RMID))
                && (start == UNKNOWN ? Long.compareUnsigned(link, at) < 0 : link == start);
    }

    /**
     * Whether a record that says which other one it takes the place of stands behind that one, and no record that does
     * not say so; unknown for the first record that is read. Recovery refuses it too ({@code REL_17 xlogrecovery.c
     * xlogrecovery_redo}).
     */
    private boolean isInPlace(byte[] bytes, int first, int total) {
        boolean overwrites = WalRecordHeader.isOverwrite(bytes, first);
        return abandoned == UNKNOWN ? !overwrites || start == UNKNOWN
                : overwrites && WalRecordHeader.overwritten(bytes, first, total) == abandoned;
    }

    private long stop(WalkEnd end) {
        stream.clear();
        stopped = true;
        why = Optional.of(end);
        return STOPPED;
    }

    /** Whether {@link #next} has found a record yet. */
    public boolean hasRecord() {
        return start != UNKNOWN;
    }

    /** Where the record's header starts; never on a page header. */
    public Lsn start() {
        return new Lsn(startLsn());
    }

    /** {@link #start} without an object. */
    public long startLsn() {
        if (start == UNKNOWN) {
            throw new IllegalStateException("no record has been read");
        }
        return start;
    }

    /**
     * The position after the record, padded to 8 bytes: PostgreSQL's {@code EndRecPtr}. After a switch record the
     * segment's end; before the first record where the reader began. Always the earliest of the positions between two
     * records, so a page's start rather than the end of that page's header.
     */
    public Lsn end() {
        return new Lsn(end);
    }

    /** {@link #end} without an object. */
    public long endLsn() {
        return end;
    }

    /** The position after the record's last byte, without padding, also of a switch record; no object. */
    public long dataEnd() {
        return dataEnd;
    }

    /** Bytes in the record, its header included, padding and page headers not. */
    public int length() {
        return length;
    }

    /** The transaction, unsigned; 0 for none. */
    public int xid() {
        return xid;
    }

    /** The start of the record before this one. */
    public Lsn previous() {
        return new Lsn(previous);
    }

    /** {@link #previous} without an object. */
    public long previousLsn() {
        return previous;
    }

    /** The resource manager's bits of {@link #info}, in place: 0x00, 0x10, … 0xF0. */
    public int operation() {
        return info & WalRecordHeader.RMGR_INFO;
    }

    /** The resource manager's flags in the upper four bits, record flags in the lower. */
    public int info() {
        return info;
    }

    /** The resource manager, 0 to 255. */
    public int rmid() {
        return rmid;
    }

    /** {@code xl_crc}: it has been found right. */
    public int crc() {
        return storedCrc;
    }

    /**
     * A copy of the record's bytes, header included, without the page headers between them.
     *
     * @throws IllegalStateException                    unless {@link #next} has just returned true
     * @throws CorruptFileException if a long record has changed since
     */
    public byte[] copyBytes() {
        requireContent();
        if (length <= LONGEST_GATHERED) {
            return Arrays.copyOfRange(stream.array(), recordAt, recordAt + length);
        }
        return gathered.isPresent() ? gathered.get().array().clone() : readAgain();
    }

    private void requireContent() {
        if (!hasContent) {
            throw new IllegalStateException("the reader is on no record");
        }
    }

    /**
     * The record taken apart; a view that is valid until {@link #next} is called again, always the same object.
     *
     * @throws IllegalStateException                    unless {@link #next} has just returned true
     * @throws CorruptFileException if its parts do not add up although its checksum is right, or a
     *                                                  long record has changed since
     */
    public WalRecord record() {
        if (parsed != start || !hasContent) {
            parse();
        }
        return record;
    }

    private void parse() {
        requireContent();
        boolean isLong = length > LONGEST_GATHERED;
        if (!record.parse(isLong ? longRecord() : stream.bytes(), isLong ? 0 : recordAt, length, start, end)) {
            RecordHeaders headers = record.headers();
            throw damaged(headers.failedAt(), headers.expected(), headers.found());
        }
        parsed = start;
    }

    private CorruptFileException damaged(int at, String expected, String found) {
        return defects.body(start, at, expected, found).toException();
    }

    private ByteBuffer longRecord() {
        if (gathered.isEmpty()) {
            gathered = Optional.of(ByteBuffer.wrap(readAgain()).order(ByteOrder.LITTLE_ENDIAN));
        }
        return gathered.get();
    }

    /** All of a long record, which is checked to be the same still. */
    private byte[] readAgain() {
        // The pages move, and may fail on their way: the next record's page is taken anew.
        stream.clear();
        byte[] bytes = pages.gather(start, length);
        crc.reset();
        crc.update(bytes, WalRecordHeader.BYTES, length - WalRecordHeader.BYTES);
        crc.update(bytes, 0, WalRecordHeader.CHECKED);
        if ((int) crc.getValue() != storedCrc) {
            throw defects.checksum(start, (int) crc.getValue(), storedCrc).toException();
        }
        return bytes;
    }

    /** Why the walk ended; empty before it has. */
    public Optional<WalkEnd> why() {
        return why;
    }

    /**
     * The exception for WAL that ends where it cannot, to be thrown when {@link #next} has returned false.
     *
     * @param needed how far it has to reach
     */
    public NeonException endsBefore(Lsn needed) {
        return switch (why.orElseThrow()) {
            case WalkEnd.Defect defect -> defect.toException();
            case WalkEnd.NoMoreWal none -> new NotFoundException("WAL ends at " + none.at() + ", before " + needed,
                    "A segment is missing or was cut. Put it back from a copy of the timeline.");
        };
    }

    @Override
    public void close() {
        pages.close();
    }
}
