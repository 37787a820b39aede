package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.util.Optional;
import java.util.function.Predicate;

/** Looks at the commit and abort records of one segment. */
final class EndScan {
    private static final int RM_XACT = 1;

    private EndScan() {}

    /** What was looked for: the start and the end of its record. */
    record Found(Lsn start, Lsn end) {}

    /** The first that is wanted. */
    static Optional<Found> first(WalSource source, SegmentSummary segment, Predicate<WalRecord> wanted) {
        if (!segment.hasEnds()) {
            return Optional.empty();
        }
        try (WalReader reader = WalReader.from(source, segment.firstRecord())) {
            long last = segment.lastRecord().value();
            while (reader.next() && reader.record().startLsn() <= last) {
                if (reader.rmid() == RM_XACT && TransactionEnd.isEnd(reader.record()) && wanted.test(reader.record())) {
                    return Optional.of(new Found(reader.start(), reader.end()));
                }
            }
            return Optional.empty();
        }
    }
}
