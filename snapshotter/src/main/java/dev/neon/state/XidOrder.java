package dev.neon.state;

/** The order of ids that wrap around ({@code REL_17 transam.c}, {@code multixact.c}); all unsigned. */
final class XidOrder {
    /** {@code FirstNormalTransactionId}. */
    static final int FIRST_NORMAL = 3;
    /** {@code FirstMultiXactId}. */
    static final int FIRST_MULTI = 1;

    private XidOrder() {}

    /** {@code TransactionIdPrecedes}: those below the first normal one precede all others. */
    static boolean precedes(int one, int other) {
        return isNormal(one) && isNormal(other) ? one - other < 0 : Integer.compareUnsigned(one, other) < 0;
    }

    /** {@code MultiXactIdPrecedes} and {@code MultiXactOffsetPrecedes}. */
    static boolean multiPrecedes(int one, int other) {
        return one - other < 0;
    }

    private static boolean isNormal(int xid) {
        return Integer.compareUnsigned(xid, FIRST_NORMAL) >= 0;
    }

    /** {@code TransactionIdLatest}. */
    static int latest(int xid, int[] others) {
        int latest = xid;
        for (int other : others) {
            latest = precedes(latest, other) ? other : latest;
        }
        return latest;
    }
}
