package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.NotFoundException;
import dev.neon.wal.RecordBoundaries;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.walindex.SegmentTally.Tallied;
import java.util.Optional;

/** Adds up segments in their order, in one pass over the WAL. */
final class SegmentWalk implements AutoCloseable {
    private final int segmentSize;
    private final Lsn to;
    private final SegmentTally tally;
    private final Optional<WalReader> reader;
    private Lsn segment;
    /** Whether the reader's record belongs to a segment that has not begun. */
    private boolean isAhead;

    private SegmentWalk(int segmentSize, Lsn from, Lsn to, SegmentTally tally, Optional<WalReader> reader) {
        this.segmentSize = segmentSize;
        this.segment = from;
        this.to = to;
        this.tally = tally;
        this.reader = reader;
    }

    /**
     * A walk over the records that start in a range.
     *
     * @param from inclusive, where a segment begins
     * @param to   exclusive, a boundary that the WAL reaches; the last segment may be a part of one
     */
    static SegmentWalk from(WalSource source, Lsn from, Lsn to, SegmentTally tally) {
        return new SegmentWalk(source.segmentSize(), from, to, tally,
                RecordBoundaries.firstRecord(source, from).filter(first -> first.isBefore(to))
                        .map(first -> WalReader.from(source, first)));
    }

    /**
     * Adds up the next segment; empty if there is none left.
     *
     * @throws dev.neon.repo.error.CorruptFileException if the WAL is damaged
     * @throws NotFoundException                        if it ends too early
     */
    Optional<Tallied> next() {
        if (!segment.isBefore(to)) {
            return Optional.empty();
        }
        Lsn end = Lsn.min(segment.plus(segmentSize), to);
        tally.begin(segment);
        reader.ifPresent(records -> addUpTo(end, records));
        segment = segment.plus(segmentSize);
        return Optional.of(tally.finish());
    }

    private void addUpTo(Lsn end, WalReader records) {
        while (isAhead || records.next()) {
            isAhead = records.record().startLsn() >= end.value();
            if (isAhead) {
                return;
            }
            tally.add(records);
        }
        if (records.end().isBefore(end)) {
            throw records.endsBefore(end);
        }
    }

    @Override
    public void close() {
        reader.ifPresent(WalReader::close);
    }
}
