package dev.neon.wal;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.NotFoundException;
import java.util.Optional;

/**
 * Where a timeline's WAL ends, from its files alone.
 *
 * <p>PostgreSQL fsyncs a segment before it writes to the next ({@code REL_17 xlog.c XLogWrite}, {@code
 * finishing_seg}), so every segment but the last is whole, even after a power cut, and the last is found by bisection
 * over first pages. Only that one is walked, from a record that begins before it, so that a record which crosses into
 * it counts only if it is whole. {@code docs/wal-end.md} has the argument.
 *
 * @param end        the position after the last whole record: {@link WalReader#end}
 * @param lastRecord the start of that record; empty if the history holds none before {@code end}
 * @param why        what stands after the end
 */
public record EndOfWal(Lsn end, Optional<Lsn> lastRecord, WalkEnd why) {
    /** How far the files can be trusted. */
    public enum Mode {
        /** After a crash. A power cut may have left any page of the last segment unwritten: each byte is checked. */
        FULL_LAST_SEGMENT,
        /**
         * A server runs on the timeline, or has stopped cleanly. What it wrote is there in the order of writing, so the
         * last page is found by bisection too. Wrong if pages of an earlier life lie beyond the end:
         * {@link WalTail#clear} before a server starts after a crash.
         */
        LIVE
    }

    /**
     * How far before the last page a live walk starts, in bytes. One page would do for a file that stands still; the
     * rest allows for a large write that is just arriving.
     */
    private static final long LIVE_CHECKED = 128 << 10;

    /**
     * Finds the end.
     *
     * @param known a record's start or end that the WAL is known to reach, such as {@code pg_control}'s checkpoint;
     *              spares the search of directories. A fork point is known without being named.
     * @throws NotFoundException                        if there is no WAL, or it ends before {@code known}
     * @throws dev.neon.repo.error.CorruptFileException if WAL is damaged before {@code known}
     * @throws dev.neon.repo.error.StorageFailedException if a segment cannot be read
     */
    public static EndOfWal find(WalSource whole, Optional<Lsn> known, Mode mode) {
        WalSource source = mode == Mode.LIVE ? whole.inPieces() : whole;
        Optional<Lsn> reached = latest(known, source.forkPoint());
        Lsn begin = reached.or(source::begin).orElseThrow(() -> new NotFoundException("no WAL was found",
                "The timeline's wal directory holds no segment of this cluster."));
        try (RecordFinder finder = new RecordFinder(source)) {
            long lastSegment = lastSegment(finder, begin, source.segmentSize());
            Lsn segmentWalk = startOfWalk(source, finder, Lsn.max(begin, new Lsn(lastSegment)), begin,
                    reached.isPresent());
            Lsn from = switch (mode) {
                case FULL_LAST_SEGMENT -> segmentWalk;
                case LIVE -> {
                    Lsn page = new Lsn(lastPage(finder, lastSegment, source.segmentSize()));
                    yield finder.before(page.plus(-LIVE_CHECKED), segmentWalk).orElse(segmentWalk);
                }
            };
            EndOfWal found = walk(source, from);
            reached.filter(found.end()::isBefore).ifPresent(lost -> failBefore(lost, found));
            return found;
        }
    }

    private static Optional<Lsn> latest(Optional<Lsn> a, Optional<Lsn> b) {
        return a.isPresent() && b.isPresent() ? Optional.of(Lsn.max(a.get(), b.get())) : a.or(() -> b);
    }

    /**
     * A record's start before {@code from}, on an earlier page if there is one: so the record that ends there is read
     * as well, and the link of the next one to it is checked.
     */
    private static Lsn startOfWalk(WalSource source, RecordFinder finder, Lsn from, Lsn begin, boolean isReached) {
        int segmentSize = source.segmentSize();
        Lsn lowest = isReached ? new Lsn(Math.max(0, begin.value() - segmentSize)) : begin;
        return finder.before(from, lowest)
                .or(() -> isReached ? finder.onPageOf(from) : finder.first(begin, segmentSize))
                .orElse(begin);
    }

    /** The start of the last segment whose first page is valid: galloping up from {@code begin}'s, then bisection. */
    private static long lastSegment(RecordFinder finder, Lsn begin, int segmentSize) {
        long valid = begin.value() & -(long) segmentSize;
        long step = segmentSize;
        while (finder.isWritten(valid + step)) {
            valid += step;
            step *= 2;
        }
        return bisect(finder, valid, step, segmentSize);
    }

    /** The last valid page of a segment whose first page is. */
    private static long lastPage(RecordFinder finder, long segment, int segmentSize) {
        return bisect(finder, segment, segmentSize, WalPageHeader.PAGE_SIZE);
    }

    /** The last valid page of those {@code unit} apart from {@code valid} on; none is valid {@code span} after it. */
    private static long bisect(RecordFinder finder, long valid, long span, int unit) {
        long found = valid;
        for (long step = span / 2; step >= unit; step /= 2) {
            if (finder.isWritten(found + step)) {
                found += step;
            }
        }
        return found;
    }

    private static EndOfWal walk(WalSource source, Lsn from) {
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.next()) {
                continue;
            }
            Optional<Lsn> last = reader.hasRecord() ? Optional.of(reader.start()) : Optional.empty();
            return new EndOfWal(reader.end(), last, reader.why().orElseThrow());
        }
    }

    private static void failBefore(Lsn known, EndOfWal found) {
        switch (found.why()) {
            case WalkEnd.Defect defect -> throw defect.toException();
            case WalkEnd.NoMoreWal none -> throw new NotFoundException("WAL ends at " + found.end()
                    + ", before the point " + known + " that it must reach", "A WAL segment is missing or was cut."
                    + " Put it back from a copy of the timeline.");
        }
    }
}
