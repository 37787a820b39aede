package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import dev.neon.repo.Lsn;
import java.util.Optional;

/** Finds where to read from: a reader before a record, by the page headers, without walking from the beginning. */
public final class RecordSearch {
    private RecordSearch() {}

    /**
     * Before the first record that starts at or after a position, which may be any: {@link WalReader#end} tells how far
     * it had to go ({@code REL_17 xlogreader.c XLogFindNextRecord}). Empty if WAL ends before such a record, or cannot
     * be read up to it.
     *
     * @throws dev.neon.repo.error.StorageFailedException if a segment cannot be read
     */
    public static Optional<WalReader> atOrAfter(WalSource source, Lsn position) {
        Lsn wanted = new Lsn(WalPageHeader.boundary(position.value(), source.segmentSize()));
        // Nothing is on the pages between a switch record and the end of its segment.
        Lsn nextSegment = new Lsn((wanted.value() & -(long) source.segmentSize()) + source.segmentSize());
        Optional<Lsn> known;
        try (RecordFinder finder = new RecordFinder(source)) {
            known = finder.onPageOf(wanted).or(() -> finder.after(wanted)).or(() -> finder.after(nextSegment));
        }
        if (known.isEmpty()) {
            return Optional.empty();
        }
        WalReader reader = WalReader.from(source, known.get());
        while (reader.end().isBefore(wanted)) {
            if (!reader.next()) {
                reader.close();
                return Optional.empty();
            }
        }
        return Optional.of(reader);
    }

    /**
     * Before the first record that starts on one of the pages between two positions, as their headers say; pages that
     * are not valid are passed over, and segments that are missing or not in use yet. Empty if there is none.
     *
     * @throws dev.neon.repo.error.StorageFailedException if a segment cannot be read
     */
    public static Optional<WalReader> onPages(WalSource source, Lsn from, Lsn to) {
        try (RecordFinder finder = new RecordFinder(source)) {
            long page = WalPageHeader.pageOf(from.value());
            while (page < to.value()) {
                Optional<Lsn> start = finder.firstOn(page);
                if (start.isPresent() && start.get().isBefore(to)) {
                    return Optional.of(WalReader.from(source, start.get()));
                }
                boolean isPassed = finder.isMissing(page) || page % source.segmentSize() == 0 && finder.isRecycled(page);
                page = isPassed ? (page & -(long) source.segmentSize()) + source.segmentSize() : page + PAGE_SIZE;
            }
            return Optional.empty();
        }
    }

    /**
     * Why the pages between two positions are not all of one record that began before them, as their headers tell; empty if they are.
     * The record's checksum is over all of it, so its bytes are not checked.
     *
     * @param from on whose page a record may begin before it
     * @param to   where a segment ends, behind which the record goes on, or where it ends itself
     * @throws dev.neon.repo.error.StorageFailedException if a segment cannot be read
     */
    public static Optional<WalkEnd> notOfOneRecord(WalSource source, Lsn from, Lsn to) {
        try (WalPages pages = new WalPages(source)) {
            long expected = -1;
            for (long page = WalPageHeader.pageOf(from.value() + PAGE_SIZE - 1); page < to.value(); page += PAGE_SIZE) {
                if (!pages.enter(page)) {
                    return Optional.of(pages.failure());
                }
                long left = pages.has(WalPageHeader.FIRST_IS_CONTRECORD) ? Integer.toUnsignedLong(pages.remainingLength()) : 0;
                long room = PAGE_SIZE - pages.headerLength();
                long end = WalRecordHeader.align(page + pages.headerLength() + left);
                if (left == 0 || expected >= 0 && left != expected || left < room && end != to.value()) {
                    return Optional.of(pages.defectOnPage(WalkEnd.Kind.CONTINUATION_LENGTH, page, WalPageHeader.REMAINING_LENGTH,
                            expected < 0 ? "the rest of a record" : expected + " bytes of a record", left + " bytes"));
                }
                expected = left - room;
            }
            return Optional.empty();
        }
    }

    /** At the record that starts at {@code start}; empty if it cannot be read. */
    public static Optional<WalReader> at(WalSource source, Lsn start) {
        WalReader reader = WalReader.from(source, start);
        if (reader.next()) {
            return Optional.of(reader);
        }
        reader.close();
        return Optional.empty();
    }

    /**
     * The start of the first record behind a damaged place that can be read and begins a page, or follows on one the
     * rest of another record.
     *
     * @param damaged where WAL cannot be read
     * @param limit   exclusive: where to stop looking
     */
    public static Optional<Lsn> readableAfter(WalSource source, Lsn damaged, Lsn limit) {
        Lsn from = new Lsn(WalPageHeader.pageOf(damaged.value()) + PAGE_SIZE);
        while (from.isBefore(limit)) {
            Optional<WalReader> found = onPages(source, from, limit);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try (WalReader reader = found.get()) {
                if (reader.next()) {
                    return Optional.of(reader.start());
                }
                from = new Lsn(WalPageHeader.pageOf(reader.endLsn()) + PAGE_SIZE);
            }
        }
        return Optional.empty();
    }
}
