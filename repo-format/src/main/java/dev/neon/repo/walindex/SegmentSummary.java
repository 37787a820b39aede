package dev.neon.repo.walindex;

import dev.neon.repo.Lsn;

/**
 * What the records add up to that start in one segment. Times are those of commit and abort records, in microseconds
 * since 2000 (PostgreSQL's {@code TimestampTz}); without {@link #hasEnds} they are 0. Transaction ids have 64 bits.
 *
 * @param start       of the segment
 * @param firstOffset of the first record's start in the segment; 0 if none starts there, {@code lastOffset} then too
 * @param lastOffset  of the last record's start
 * @param lastCrc     that record's {@code xl_crc}: each record links to the one before, so it tells this WAL from
 *                    another
 * @param records     how many
 * @param bytes       the sum of their lengths, as {@code pg_waldump} counts
 * @param commits     how many transactions committed, prepared ones included
 * @param aborts      how many aborted; a subtransaction that was rolled back counts
 * @param firstTime   of the first of these records
 * @param lastTime    of the last
 * @param earliest    of all; clocks may go back
 * @param latest      of all
 * @param xidBefore   the highest transaction id that had been seen when the segment began: each higher one begins here
 *                    or later
 * @param xidAfter    the highest at its end
 */
public record SegmentSummary(Lsn start, int firstOffset, int lastOffset, int lastCrc, int records, long bytes,
        int commits, int aborts, long firstTime, long lastTime, long earliest, long latest, long xidBefore,
        long xidAfter) {

    public boolean hasRecords() {
        return firstOffset != 0;
    }

    /** Whether a commit or abort record is in it. */
    public boolean hasEnds() {
        return commits + aborts > 0;
    }

    public Lsn firstRecord() {
        return start.plus(firstOffset);
    }

    public Lsn lastRecord() {
        return start.plus(lastOffset);
    }

    /** Whether the transaction may have its first record here, and cannot have one before. */
    public boolean isHome(long xid) {
        return Long.compareUnsigned(xid, xidBefore) > 0 && Long.compareUnsigned(xid, xidAfter) <= 0;
    }
}
