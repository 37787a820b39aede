package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.util.Optional;
import java.util.function.Predicate;

/** Looks at commit and abort records, and at nothing else of the WAL. */
final class EndScan {
    private static final int RM_XACT = 1;

    private EndScan() {}

    /** What was looked for: the start and the end of its record. */
    record Found(Lsn start, Lsn end) {}

    /** The first in a segment that is wanted. */
    static Optional<Found> first(WalSource source, SegmentSummary segment, Predicate<WalRecord> wanted) {
        return !segment.hasEnds() ? Optional.empty()
                : first(source, segment.firstRecord(), segment.lastRecord(), wanted);
    }

    /**
     * The first that is wanted.
     *
     * @param from start of a record
     * @param last no record is looked at that starts later; the WAL goes beyond
     * @throws dev.neon.repo.error.CorruptFileException if the WAL is damaged on the way
     */
    static Optional<Found> first(WalSource source, Lsn from, Lsn last, Predicate<WalRecord> wanted) {
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.next() && !reader.start().isAfter(last)) {
                if (reader.rmid() == RM_XACT && TransactionEnd.isEnd(reader.record()) && wanted.test(reader.record())) {
                    return Optional.of(new Found(reader.start(), reader.end()));
                }
            }
            if (!reader.end().isAfter(last)) {
                throw reader.endsBefore(last);
            }
            return Optional.empty();
        }
    }
}
