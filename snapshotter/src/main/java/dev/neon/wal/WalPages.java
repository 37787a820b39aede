package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.wal.WalkEnd.Defect;
import dev.neon.wal.WalkEnd.Kind;
import dev.neon.wal.WalkEnd.NoMoreWal;
import dev.neon.wal.WalkEnd.Reason;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One checked page at a time, in any order; holds one segment open. The checks are those of
 * {@code REL_17 xlogreader.c XLogReaderValidatePageHeader}.
 */
final class WalPages implements AutoCloseable {
    private static final long NONE = -1;

    private final WalSource source;
    private Optional<WalSegment> segment = Optional.empty();
    private Optional<WalkEnd> failure = Optional.empty();
    /** The page's first bytes. */
    private final byte[] header = new byte[WalPageHeader.LONG];
    private long page = NONE;
    private long visibleEnd;
    private int base;
    private int flags;
    private int remainingLength;
    private int timeline;

    WalPages(WalSource source) {
        this.source = source;
    }

    /** Goes to a page; false, with {@link #failure}, if there is none or its header is not valid. */
    boolean enter(long lsn) {
        if (lsn == page) {
            return true;
        }
        int lowestTimeline = page != NONE && lsn > page ? timeline : 1;
        page = NONE;
        if (!openSegment(lsn)) {
            return false;
        }
        if (lsn + WalPageHeader.lengthAt(lsn, source.segmentSize()) > visibleEnd) {
            return fail(noMore(lsn));
        }
        base = (int) (lsn & source.segmentSize() - 1);
        if (!check(lsn, lowestTimeline)) {
            return false;
        }
        page = lsn;
        return true;
    }

    private boolean openSegment(long lsn) {
        if (isOpen(lsn)) {
            return true;
        }
        close();
        segment = source.open(Long.divideUnsigned(lsn, source.segmentSize()));
        if (segment.isEmpty()) {
            return fail(new NoMoreWal(new Lsn(lsn), Reason.NO_SEGMENT));
        }
        visibleEnd = segment.get().visibleEnd();
        return true;
    }

    private boolean isOpen(long lsn) {
        return segment.isPresent() && lsn >= segment.get().start()
                && lsn < segment.get().start() + source.segmentSize();
    }

    private boolean check(long lsn, int lowestTimeline) {
        segment.orElseThrow().copy(base, header, 0, (int) Math.min(WalPageHeader.LONG, visibleEnd - lsn));
        int magic = LittleEndian.u16(header, 0);
        if (magic == 0 && isZero()) {
            return fail(new NoMoreWal(new Lsn(lsn), Reason.ZEROS));
        }
        if (magic != source.major().pageMagic()) {
            return defect(Kind.PAGE_MAGIC, 0, "page magic " + hex(source.major().pageMagic()), hex(magic));
        }
        flags = LittleEndian.u16(header, WalPageHeader.INFO);
        if ((flags & ~WalPageHeader.ALL_FLAGS) != 0 || base == 0 && !has(WalPageHeader.LONG_HEADER)) {
            return defect(Kind.PAGE_FLAGS, WalPageHeader.INFO,
                    base == 0 ? "the flag of a long header" : "known page flags", hex(flags));
        }
        if (lsn + headerLength() > visibleEnd) {
            return fail(noMore(lsn));
        }
        if (has(WalPageHeader.LONG_HEADER) && !checkLong()) {
            return false;
        }
        long address = LittleEndian.i64(header, WalPageHeader.ADDRESS);
        if (address != lsn) {
            return defect(Kind.PAGE_ADDRESS, WalPageHeader.ADDRESS, "page address " + new Lsn(lsn),
                    new Lsn(address).toString());
        }
        int found = LittleEndian.i32(header, WalPageHeader.TIMELINE);
        if (found < lowestTimeline || found > source.identity().walTimeline()) {
            return defect(Kind.PAGE_TIMELINE, WalPageHeader.TIMELINE, "a timeline from " + lowestTimeline + " to "
                    + source.identity().walTimeline(), Integer.toUnsignedString(found));
        }
        timeline = found;
        remainingLength = LittleEndian.i32(header, WalPageHeader.REMAINING_LENGTH);
        return true;
    }

    private boolean checkLong() {
        long system = LittleEndian.i64(header, WalPageHeader.SYSTEM_IDENTIFIER);
        if (system != source.identity().systemIdentifier()) {
            return defect(Kind.SYSTEM_IDENTIFIER, WalPageHeader.SYSTEM_IDENTIFIER, "system identifier "
                    + Long.toUnsignedString(source.identity().systemIdentifier()), Long.toUnsignedString(system));
        }
        int size = LittleEndian.i32(header, WalPageHeader.SEGMENT_SIZE);
        if (size != source.segmentSize()) {
            return defect(Kind.SEGMENT_SIZE, WalPageHeader.SEGMENT_SIZE, "segments of " + source.segmentSize()
                    + " bytes", Integer.toUnsignedString(size));
        }
        int block = LittleEndian.i32(header, WalPageHeader.BLOCK_SIZE);
        return block == PAGE_SIZE
                || defect(Kind.BLOCK_SIZE, WalPageHeader.BLOCK_SIZE, "WAL pages of " + PAGE_SIZE + " bytes",
                        Integer.toUnsignedString(block));
    }

    private boolean isZero() {
        for (int i = 0; i < WalPageHeader.SHORT; i++) {
            if (header[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Why the last {@link #enter} was refused. */
    WalkEnd failure() {
        return failure.orElseThrow();
    }

    private boolean fail(WalkEnd end) {
        failure = Optional.of(end);
        return false;
    }

    /** The end for bytes at or after {@link #visibleEnd}. */
    WalkEnd noMore(long lsn) {
        WalSegment open = segment.orElseThrow();
        boolean cutByFork = open.visibleEnd() < open.start() + open.length();
        return new NoMoreWal(new Lsn(lsn), cutByFork ? Reason.FORK_POINT : Reason.NO_SEGMENT);
    }

    private boolean defect(Kind kind, int field, String expected, String found) {
        WalSegment open = segment.orElseThrow();
        return fail(new Defect(kind, new Lsn(open.start() + base), open.path(), base + field, expected, found));
    }

    /** A defect in the header of the page at {@code page}, in the open segment or an earlier one. */
    Defect defectOnPage(Kind kind, long page, int field, String expected, String found) {
        return defectAt(kind, page, page + field, expected, found);
    }

    /** A defect in the record that begins at {@code lsn}, of which page headers do not count in {@code field}. */
    Defect defectInRecord(Kind kind, long lsn, int field, String expected, String found) {
        return defectAt(kind, lsn, WalPageHeader.advance(lsn, field, source.segmentSize()), expected, found);
    }

    /** @param at the byte that tells */
    private Defect defectAt(Kind kind, long lsn, long at, String expected, String found) {
        WalSegment open = segment.orElseThrow();
        Path path = isOpen(at) ? open.path()
                : source.path(Long.divideUnsigned(at, source.segmentSize())).orElse(open.path());
        return new Defect(kind, new Lsn(lsn), path, at & source.segmentSize() - 1, expected, found);
    }

    static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    int headerLength() {
        return has(WalPageHeader.LONG_HEADER) ? WalPageHeader.LONG : WalPageHeader.SHORT;
    }

    /** Unsigned; of no meaning without {@link WalPageHeader#FIRST_IS_CONTRECORD}. */
    int remainingLength() {
        return remainingLength;
    }

    /** The page. */
    long page() {
        return page;
    }

    /** Copies bytes from {@code lsn} on, which the open segment must have. */
    void copy(long lsn, byte[] to, int at, int count) {
        segment.orElseThrow().copy((int) (lsn & source.segmentSize() - 1), to, at, count);
    }

    /**
     * A copy of {@code count} bytes from {@code lsn} on, without the headers of the pages that they lie on. These have
     * been read before; the last of them is the page afterwards.
     *
     * @throws dev.neon.repo.error.CorruptFileException if one of the pages is no longer valid
     * @throws NotFoundException                        if one is no longer there
     */
    byte[] gather(long lsn, int count) {
        byte[] gathered = new byte[count];
        long at = lsn;
        for (int got = 0; got < count;) {
            long next = WalPageHeader.pageOf(at) + PAGE_SIZE;
            int part = (int) Math.min(count - got, next - at);
            if (!enter(next - PAGE_SIZE) || at + part > visibleEnd && !fail(noMore(at))) {
                throw gone();
            }
            copy(at, gathered, got, part);
            got += part;
            at = next + WalPageHeader.lengthAt(next, source.segmentSize());
        }
        return gathered;
    }

    private NeonException gone() {
        return switch (failure()) {
            case Defect defect -> defect.toException();
            case NoMoreWal none -> new NotFoundException("WAL at " + none.at() + " was removed while it was read",
                    "Read a range that is still there.");
        };
    }

    /** LSN, exclusive, up to which the open segment may be used. */
    long visibleEnd() {
        return visibleEnd;
    }

    @Override
    public void close() {
        segment.ifPresent(WalSegment::close);
        segment = Optional.empty();
        page = NONE;
    }
}
