package dev.neon.wal;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import java.nio.file.Path;

/**
 * A damaged place in WAL that looks like its end. PostgreSQL would take it for the end, too, and write over what was
 * committed behind it.
 *
 * <p>What tells is a whole record behind the end. A crash of the server leaves none, since pages are written in order;
 * a record that was cut short has continuation pages, but no record after it. Only a crash of the machine can: see
 * {@link WalTail}, to be asked first then.
 */
public final class WalHole {
    private WalHole() {}

    /**
     * Looks for a record behind the end, to the end of the segment after that which holds it.
     *
     * @throws CorruptFileException if there is one
     */
    public static void refuse(WalSource source, EndOfWal found) {
        int segmentSize = source.segmentSize();
        long limit = (found.end().value() & -(long) segmentSize) + 2L * segmentSize;
        try (RecordFinder finder = new RecordFinder(source)) {
            for (long page = WalPageHeader.pageOf(found.end().value()); page < limit;) {
                if (finder.isMissing(page)) {
                    page = (page & -(long) segmentSize) + segmentSize;
                    continue;
                }
                finder.firstOn(page).filter(start -> start.isAfter(found.end()) && isRecord(source, start))
                        .ifPresent(behind -> fail(source, found, behind));
                page += WalPageHeader.PAGE_SIZE;
            }
        }
    }

    private static boolean isRecord(WalSource source, Lsn start) {
        try (WalReader reader = WalReader.from(source, start)) {
            return reader.next();
        }
    }

    private static void fail(WalSource source, EndOfWal found, Lsn behind) {
        if (found.why() instanceof WalkEnd.Defect defect) {
            throw defect.toException();
        }
        long segment = Long.divideUnsigned(found.end().value(), source.segmentSize());
        Path path = source.path(segment).orElse(Path.of("segment " + segment));
        throw new CorruptFileException(path, found.end().value() & source.segmentSize() - 1, "WAL that leads to "
                + behind, "nothing", "Put the file back from a copy. Points up to " + found.end() + " are intact.");
    }
}
