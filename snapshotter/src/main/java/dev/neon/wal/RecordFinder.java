package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import dev.neon.repo.Lsn;
import java.util.Optional;

/**
 * Finds a record's start without walking from the beginning of history: by the page headers, which tell how much of an
 * earlier record they continue.
 */
final class RecordFinder implements AutoCloseable {
    private final WalPages pages;

    RecordFinder(WalSource source) {
        this.pages = new WalPages(source);
    }

    /** Whether a page is there and carries its own address. */
    boolean isWritten(long page) {
        return pages.enter(page);
    }

    /**
     * The first record start on the latest page that has one and ends at or before {@code lsn}. Pages that are wholly
     * continuation are passed over; so are empty ones, such as those after a switch, and those where a record was given
     * up, because the boundary before their first record lies earlier.
     *
     * @param begin the earliest position to look at
     */
    Optional<Lsn> before(Lsn lsn, Lsn begin) {
        long lowest = WalPageHeader.pageOf(begin.value());
        for (long page = WalPageHeader.pageOf(lsn.value()) - PAGE_SIZE; page >= lowest; page -= PAGE_SIZE) {
            Optional<Lsn> start = firstOn(page).filter(found -> !found.isBefore(begin));
            if (start.isPresent() && !pages.has(WalPageHeader.FIRST_IS_OVERWRITE_CONTRECORD)) {
                return start;
            }
        }
        return Optional.empty();
    }

    /** Whether a segment's first page is that of an earlier one: a server keeps old files for later use. */
    boolean isRecycled(long segment) {
        return !pages.enter(segment) && pages.failure() instanceof WalkEnd.Defect defect
                && defect.kind() == WalkEnd.Kind.PAGE_ADDRESS;
    }

    /** Whether a page's segment is not there, or ends before the page: no later page of it has anything either. */
    boolean isMissing(long page) {
        return !pages.enter(page) && pages.failure() instanceof WalkEnd.NoMoreWal none
                && none.reason() == WalkEnd.Reason.NO_SEGMENT;
    }

    /** The first record start on the page of {@code lsn}, if it is not after {@code lsn}. */
    Optional<Lsn> onPageOf(Lsn lsn) {
        return firstOn(WalPageHeader.pageOf(lsn.value())).filter(found -> !found.isAfter(lsn));
    }

    /**
     * Where a walk over the whole history starts: a segment may begin with the rest of a record that is gone; any other
     * beginning was named by the caller and is a boundary.
     */
    Optional<Lsn> first(Lsn begin, int segmentSize) {
        return begin.value() % segmentSize == 0 ? after(begin) : Optional.of(begin);
    }

    /** The first record start at or after {@code begin} that begins a page or ends a continuation. */
    Optional<Lsn> after(Lsn begin) {
        for (long page = WalPageHeader.pageOf(begin.value()); pages.enter(page); page += PAGE_SIZE) {
            Optional<Lsn> start = firstOn(page).filter(found -> !found.isBefore(begin));
            if (start.isPresent()) {
                return start;
            }
        }
        return Optional.empty();
    }

    /** The first record start on a page, if there is one. */
    Optional<Lsn> firstOn(long page) {
        if (!pages.enter(page)) {
            return Optional.empty();
        }
        long start = page + pages.headerLength();
        if (pages.has(WalPageHeader.FIRST_IS_CONTRECORD)) {
            start += WalRecordHeader.align(Integer.toUnsignedLong(pages.remainingLength()));
        }
        return start < page + PAGE_SIZE ? Optional.of(new Lsn(start)) : Optional.empty();
    }

    @Override
    public void close() {
        pages.close();
    }
}
