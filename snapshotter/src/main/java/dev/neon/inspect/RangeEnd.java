package dev.neon.inspect;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.wal.EndOfWal;
import dev.neon.wal.RecordSearch;
import dev.neon.wal.WalHole;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.util.Optional;

/** Tells the end of WAL, where reading may well stop, from a damaged place, where it may not. */
public final class RangeEnd {
    /** The longest page header: a position behind one is the same as that before it. */
    private static final int LONGEST_HEADER = 40;

    private RangeEnd() {}

    /** What is wrong with where a scan ended: empty if it read the range to its end, or to the end of WAL. */
    public static Optional<NeonException> problem(WalRange range, Scan scan) {
        if (scan.why().isEmpty()) {
            return Optional.empty();
        }
        WalkEnd why = scan.why().get();
        if (scan.first().isEmpty() && isBeyondEnd(range)) {
            return Optional.of(new NotFoundException("there is no WAL record at or after " + range.from(),
                    "WAL ends before."));
        }
        if (range.to().isEmpty() || !range.firm()) {
            return damage(range.source(), scan, why);
        }
        return shortfall(range, scan).map(stop -> switch (stop) {
            case WalkEnd.Defect defect -> defect.toException();
            case WalkEnd.NoMoreWal none -> new NotFoundException("WAL ends at " + scan.end()
                    + ", before the end of the range " + range.to().get(),
                    "A segment is missing or was cut, or the range's end has not been written yet.");
        });
    }

    /** What stopped a scan before the end of a range that names its end. */
    static Optional<WalkEnd> shortfall(WalRange range, Scan scan) {
        return scan.why().filter(why -> range.to().isPresent() && range.firm()
                && range.to().get().minus(scan.end()) > LONGEST_HEADER);
    }

    /** Whether WAL is sound and ends before the range begins. */
    private static boolean isBeyondEnd(WalRange range) {
        try {
            Lsn end = EndOfWal.find(range.source(), Optional.empty(), EndOfWal.Mode.FULL_LAST_SEGMENT).end();
            return range.from().minus(end) > LONGEST_HEADER;
        } catch (NotFoundException none) {
            return true;
        }
    }

    private static Optional<NeonException> damage(WalSource source, Scan scan, WalkEnd why) {
        try {
            WalHole.refuse(source, new EndOfWal(scan.end(), scan.last(), why));
            return Optional.empty();
        } catch (CorruptFileException hole) {
            return isWrittenMeanwhile(source, scan) ? Optional.empty() : Optional.of(hole);
        }
    }

    /** A server may have gone on writing between the scan and the look behind its end. */
    static boolean isWrittenMeanwhile(WalSource source, Scan scan) {
        try (WalReader reader = scan.last().flatMap(last -> RecordSearch.at(source, last))
                .orElseGet(() -> WalReader.from(source, scan.end()))) {
            return reader.next();
        }
    }
}
