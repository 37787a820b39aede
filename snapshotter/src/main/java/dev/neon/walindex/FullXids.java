package dev.neon.walindex;

/**
 * Gives the 32-bit transaction ids of records their epoch. Ids in use at one time are less than 2^31 apart
 * ({@code REL_17 transam.c TransactionIdPrecedes}), so the nearest to a known one is meant.
 */
final class FullXids {
    private long highest;

    /** @param highest the highest 64-bit id known so far */
    FullXids(long highest) {
        this.highest = highest;
    }

    long highest() {
        return highest;
    }

    /** The 64-bit id that is meant by a record, which is then known. */
    long seen(int xid) {
        long full = nearest(xid, highest);
        if (full > highest) {
            highest = full;
        }
        return full;
    }

    /** All ids up to this one have been given out, as a checkpoint says. */
    void givenOut(long last) {
        highest = Math.max(highest, last);
    }

    /** The 64-bit id with these lower bits that is nearest to {@code known}. */
    static long nearest(int xid, long known) {
        long full = known + (xid - (int) known);
        // There is nothing before the first epoch: so little is known that any id is meant as it stands.
        return full >= 0 ? full : full + (1L << 32);
    }
}
