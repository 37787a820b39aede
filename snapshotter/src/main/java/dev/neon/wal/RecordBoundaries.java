package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import dev.neon.repo.Lsn;
import dev.neon.wal.WalPosition.BeforeHistory;
import dev.neon.wal.WalPosition.BeyondEnd;
import dev.neon.wal.WalPosition.Boundary;
import dev.neon.wal.WalPosition.Inside;
import java.util.Optional;

/** Tells record boundaries from other positions, by walking from a page or two before the position. */
public final class RecordBoundaries {
    private final WalSource source;
    private final Lsn begin;
    private final Lsn end;

    private RecordBoundaries(WalSource source, Lsn begin, Lsn end) {
        this.source = source;
        this.begin = begin;
        this.end = end;
    }

    /**
     * @param end the end of the timeline's WAL, from {@link EndOfWal}, or an earlier boundary to stop at
     * @throws dev.neon.repo.error.StorageFailedException if a directory cannot be listed
     */
    public static RecordBoundaries of(WalSource source, Lsn end) {
        return new RecordBoundaries(source, source.begin().orElse(end), end);
    }

    /**
     * The first start of a record in a segment or after it, of one that begins before passing over the rest.
     *
     * @param segment where a segment begins
     * @return empty if the WAL ends before
     */
    public static Optional<Lsn> firstRecord(WalSource source, Lsn segment) {
        try (RecordFinder finder = new RecordFinder(source)) {
            return finder.first(segment, source.segmentSize());
        }
    }

    /**
     * What {@code lsn} is.
     *
     * @throws dev.neon.repo.error.CorruptFileException if the WAL around it is damaged
     * @throws dev.neon.repo.error.StorageFailedException if a segment cannot be read
     */
    public WalPosition locate(Lsn lsn) {
        if (lsn.isAfter(end)) {
            return isSamePoint(end, lsn) ? new Boundary(end) : new BeyondEnd(end);
        }
        if (lsn.equals(end)) {
            return new Boundary(end);
        }
        if (lsn.isBefore(begin)) {
            return new BeforeHistory(begin);
        }
        try (RecordFinder finder = new RecordFinder(source)) {
            Optional<Lsn> from = finder.before(lsn, begin).or(() -> finder.first(begin, source.segmentSize()));
            return from.map(start -> walk(start, lsn)).orElseGet(() -> new BeforeHistory(end));
        }
    }

    private WalPosition walk(Lsn from, Lsn lsn) {
        try (WalReader reader = WalReader.from(source, from)) {
            Lsn before = reader.end();
            if (lsn.isBefore(before)) {
                return new BeforeHistory(before);
            }
            while (reader.next()) {
                if (!lsn.isAfter(reader.start())) {
                    return new Boundary(before);
                }
                if (lsn.isBefore(reader.end())) {
                    return new Inside(before, reader.end());
                }
                before = reader.end();
            }
            return switch (reader.why().orElseThrow()) {
                case WalkEnd.Defect defect -> throw defect.toException();
                case WalkEnd.NoMoreWal none -> isSamePoint(before, lsn) ? new Boundary(before) : new BeyondEnd(before);
            };
        }
    }

    /** Whether {@code lsn} is {@code boundary}, or after it with nothing but a page header between. */
    private boolean isSamePoint(Lsn boundary, Lsn lsn) {
        int header = boundary.value() % PAGE_SIZE == 0
                ? WalPageHeader.lengthAt(boundary.value(), source.segmentSize()) : 0;
        return !lsn.isBefore(boundary) && lsn.minus(boundary) <= header;
    }
}
