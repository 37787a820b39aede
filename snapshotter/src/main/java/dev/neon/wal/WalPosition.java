package dev.neon.wal;

import dev.neon.repo.Lsn;

/** What an LSN is to a timeline's records. */
public sealed interface WalPosition {
    /**
     * Between two records.
     *
     * @param lsn the end of the record before. Positions between that and the next record's start are the same point:
     *            the header of a page, or what is left of a record given up after a crash
     */
    record Boundary(Lsn lsn) implements WalPosition {}

    /**
     * Within a record; the unused rest of a segment belongs to the switch record before it.
     *
     * @param before the boundary at the record's start
     * @param after  the boundary at its end
     */
    record Inside(Lsn before, Lsn after) implements WalPosition {}

    /** @param end where WAL ends */
    record BeyondEnd(Lsn end) implements WalPosition {}

    /** @param begin the oldest boundary that is still there */
    record BeforeHistory(Lsn begin) implements WalPosition {}
}
