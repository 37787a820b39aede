package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import dev.neon.repo.Lsn;
import dev.neon.wal.WalkEnd.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Walks whole records forward. A cursor: {@link #next} goes to a record, the accessors speak of that record, and
 * nothing is allocated for it. Every page header and record is checked as PostgreSQL's recovery checks it
 * ({@code REL_17 xlogreader.c XLogDecodeNextRecord}, {@code ValidXLogRecordHeader}, {@code ValidXLogRecord}), so the
 * walk ends where recovery would.
 *
 * <p>After {@link #next} has returned false it may be called again: a record that a server has completed in the
 * meantime is found. Used by one thread at a time.
 */
public final class WalReader implements AutoCloseable {
    private static final long UNKNOWN = -1;
    private static final long WHOLE = 0;
    private static final long STOPPED = -1;

    private final WalPages pages;
    private final int segmentSize;
    private final WalSource source;
    private final CRC32C crc = new CRC32C();
    private final WalRecord record;
    private final ByteBuffer header = ByteBuffer.allocate(WalRecordHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private Optional<WalkEnd> why = Optional.empty();

    /** Where the next record is looked for; beyond {@link #end} only after an abandoned record. */
    private long position;
    private long start = UNKNOWN;
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
        this.source = source;
        this.segmentSize = source.segmentSize();
        this.pages = new WalPages(source);
        this.record = new WalRecord(this, source.major());
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
     * last whole record.
     *
     * @throws dev.neon.repo.error.StorageFailedException if a segment cannot be read
     */
    public boolean next() {
        long at = position;
        while (true) {
            long abandoned = read(at);
            if (abandoned == WHOLE) {
                return true;
            }
            if (abandoned == STOPPED) {
                return false;
            }
            at = abandoned;
        }
    }

    /** Reads one record: {@link #WHOLE}, {@link #STOPPED}, or the page where another record took its place. */
    private long read(long at) {
        long page = WalPageHeader.pageOf(at);
        if (!pages.enter(page)) {
            return stop(pages.failure());
        }
        int skip = pages.headerLength();
        if (at - page <= skip) {
            if (pages.has(WalPageHeader.FIRST_IS_CONTRECORD)) {
                return stop(pages.defectAt(Kind.UNEXPECTED_CONTINUATION, page, WalPageHeader.INFO,
                        "the start of a record", "the rest of an earlier one"));
            }
            at = page + skip;
        }
        if (at + Integer.BYTES > pages.visibleEnd()) {
            return stop(pages.noMore(at));
        }
        int offset = (int) (at & segmentSize - 1);
        int total = pages.bytes().getInt(offset);
        if (total < WalRecordHeader.BYTES || total > WalRecordHeader.LONGEST) {
            return stop(badLength(at, page, offset, total));
        }
        int first = (int) Math.min(total, page + PAGE_SIZE - at);
        if (at + first > pages.visibleEnd()) {
            return stop(pages.noMore(at));
        }
        return first == total ? readOnPage(at, offset, total) : readAcrossPages(at, page, offset, first, total);
    }

    private WalkEnd badLength(long at, long page, int offset, int total) {
        int rest = (int) Math.min(WalRecordHeader.BYTES, Math.min(page + PAGE_SIZE, pages.visibleEnd()) - at);
        if (total == 0 && pages.isZero(offset, rest)) {
            return new WalkEnd.NoMoreWal(new Lsn(at), WalkEnd.Reason.ZEROS);
        }
        return pages.defectAt(Kind.RECORD_LENGTH, at, 0, "a record of " + WalRecordHeader.BYTES + " to "
                + WalRecordHeader.LONGEST + " bytes", Integer.toUnsignedString(total) + " bytes");
    }

    private long readOnPage(long at, int offset, int total) {
        takeHeader(0, offset, WalRecordHeader.BYTES);
        Optional<WalkEnd> bad = badHeader(at);
        if (bad.isPresent()) {
            return stop(bad.get());
        }
        crc.reset();
        updateCrc(offset + WalRecordHeader.BYTES, total - WalRecordHeader.BYTES);
        return finish(at, WalRecordHeader.align(at + total), total);
    }

    private long readAcrossPages(long at, long page, int offset, int first, int total) {
        crc.reset();
        int inHeader = Math.min(first, WalRecordHeader.BYTES);
        takeHeader(0, offset, inHeader);
        if (inHeader == WalRecordHeader.BYTES) {
            Optional<WalkEnd> bad = badHeader(at);
            if (bad.isPresent()) {
                return stop(bad.get());
            }
            updateCrc(offset + inHeader, first - inHeader);
        }
        int got = first;
        long next = page;
        while (true) {
            next += PAGE_SIZE;
            if (!pages.enter(next)) {
                return stop(pages.failure());
            }
            if (pages.has(WalPageHeader.FIRST_IS_OVERWRITE_CONTRECORD)) {
                return next;
            }
            Optional<WalkEnd> broken = badContinuation(next, total - got);
            if (broken.isPresent()) {
                return stop(broken.get());
            }
            int skip = pages.headerLength();
            int piece = Math.min(total - got, PAGE_SIZE - skip);
            if (next + skip + piece > pages.visibleEnd()) {
                return stop(pages.noMore(at));
            }
            int from = pages.base() + skip;
            int rest = WalRecordHeader.BYTES - inHeader;
            if (got < WalRecordHeader.BYTES) {
                takeHeader(inHeader, from, rest);
                Optional<WalkEnd> bad = badHeader(at);
                if (bad.isPresent()) {
                    return stop(bad.get());
                }
                updateCrc(from + rest, piece - rest);
            } else {
                updateCrc(from, piece);
            }
            got += piece;
            if (got == total) {
                return finish(at, WalRecordHeader.align(next + skip + piece), total);
            }
        }
    }

    private Optional<WalkEnd> badContinuation(long page, int left) {
        if (!pages.has(WalPageHeader.FIRST_IS_CONTRECORD)) {
            return Optional.of(pages.defectAt(Kind.MISSING_CONTINUATION, page, WalPageHeader.INFO,
                    "the rest of a record", "the start of another"));
        }
        if (pages.remainingLength() != left) {
            return Optional.of(pages.defectAt(Kind.CONTINUATION_LENGTH, page, WalPageHeader.REMAINING_LENGTH,
                    left + " remaining bytes", Integer.toUnsignedString(pages.remainingLength())));
        }
        return Optional.empty();
    }

    /** Only the record's first bytes are sure to lie in the open segment; what is found is told by value. */
    private Optional<WalkEnd> badHeader(long at) {
        if (!source.major().isRmgr(rmidOf(header))) {
            return Optional.of(pages.defectAt(Kind.RESOURCE_MANAGER, at, WalRecordHeader.RMID,
                    "a resource manager of PostgreSQL " + source.major(), Integer.toString(rmidOf(header))));
        }
        long previous = header.getLong(WalRecordHeader.PREVIOUS);
        boolean linked = start == UNKNOWN ? Long.compareUnsigned(previous, at) < 0 : previous == start;
        return linked ? Optional.empty() : Optional.of(pages.defectAt(Kind.PREVIOUS_RECORD, at,
                WalRecordHeader.PREVIOUS, start == UNKNOWN ? "a link to an earlier record"
                        : "a link to the record at " + new Lsn(start), new Lsn(previous).toString()));
    }

    private void takeHeader(int to, int from, int count) {
        header.put(to, pages.bytes(), from, count);
    }

    private void updateCrc(int offset, int count) {
        crc.update(pages.bytes().limit(offset + count).position(offset));
        pages.bytes().clear();
    }

    private long finish(long at, long recordEnd, int total) {
        crc.update(header.array(), 0, WalRecordHeader.CHECKED);
        int expected = (int) crc.getValue();
        int found = header.getInt(WalRecordHeader.CRC);
        if (expected != found) {
            return stop(pages.defectAt(Kind.RECORD_CHECKSUM, at, WalRecordHeader.CRC,
                    "checksum " + WalPages.hex(expected), WalPages.hex(found)));
        }
        why = Optional.empty();
        start = at;
        length = total;
        xid = header.getInt(WalRecordHeader.XID);
        previous = header.getLong(WalRecordHeader.PREVIOUS);
        info = Byte.toUnsignedInt(header.get(WalRecordHeader.INFO));
        rmid = rmidOf(header);
        storedCrc = found;
        end = WalRecordHeader.isSwitch(rmid, info) ? recordEnd + segmentSize - 1 & -(long) segmentSize : recordEnd;
        position = end;
        return WHOLE;
    }

    private static int rmidOf(ByteBuffer header) {
        return Byte.toUnsignedInt(header.get(WalRecordHeader.RMID));
    }

    private long stop(WalkEnd end) {
        why = Optional.of(end);
        return STOPPED;
    }

    /** Whether {@link #next} has found a record yet. */
    public boolean hasRecord() {
        return start != UNKNOWN;
    }

    /** Where the record's header starts; never on a page header. */
    public Lsn start() {
        return new Lsn(recordStart());
    }

    long recordStart() {
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

    long previousRecord() {
        return previous;
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
     * The record's bytes, header included, put together from its pages.
     *
     * @throws dev.neon.repo.error.StorageFailedException if a segment cannot be read
     * @throws IllegalStateException                      if the files have been taken away since
     */
    public byte[] copyBytes() {
        byte[] record = new byte[length];
        long at = recordStart();
        int got = 0;
        while (got < length) {
            long page = WalPageHeader.pageOf(at);
            if (!pages.enter(page)) {
                throw new IllegalStateException("record at " + start() + " changed while it was read");
            }
            at = Math.max(at, page + pages.headerLength());
            int piece = (int) Math.min(length - got, page + PAGE_SIZE - at);
            pages.bytes().get((int) (at & segmentSize - 1), record, got, piece);
            got += piece;
            at += piece;
        }
        return record;
    }

    /**
     * The record taken apart; a view that is valid until {@link #next}, always the same object.
     *
     * @throws dev.neon.repo.error.CorruptFileException   if its parts do not add up although its checksum is right
     * @throws dev.neon.repo.error.StorageFailedException if a segment cannot be read
     */
    public WalRecord record() {
        if (parsed != recordStart()) {
            if (!parseInPlace()) {
                check(record.parse(ByteBuffer.wrap(copyBytes()).order(ByteOrder.LITTLE_ENDIAN), 0, length, length));
            }
            parsed = start;
        }
        return record;
    }

    /** False if the record's headers go on beyond its first page, or its first segment is no longer open. */
    private boolean parseInPlace() {
        if (!pages.isOpen(start)) {
            return false;
        }
        int visible = (int) Math.min(length, WalPageHeader.pageOf(start) + PAGE_SIZE - start);
        int result = record.parse(pages.bytes(), (int) (start & segmentSize - 1), length, visible);
        if (result == WalRecord.MORE_BYTES_NEEDED) {
            return false;
        }
        check(result);
        return true;
    }

    private void check(int result) {
        if (result != WalRecord.PARSED) {
            throw pages.defectAt(Kind.RECORD_BODY, start, record.failedAt(), record.expected(), record.found())
                    .toException();
        }
    }

    /** Why the walk ended; empty before it has. */
    public Optional<WalkEnd> why() {
        return why;
    }

    @Override
    public void close() {
        pages.close();
    }
}
