package dev.neon.rmgr.standby;

import dev.neon.rmgr.InvalidationDescription;

/** {@code REL_14 standbydesc.c standby_desc}. */
sealed class StandbyDescription14 permits StandbyDescription16 {
    final void append(StandbyRecord said, StringBuilder text) {
        switch (said) {
            case StandbyRecord.Locks locks -> locks.locks().forEach(lock -> append(lock, text));
            case StandbyRecord.RunningTransactions running -> {
                text.append("nextXid ").append(Integer.toUnsignedString(running.nextXid()))
                        .append(" latestCompletedXid ").append(Integer.toUnsignedString(running.latestCompletedXid()))
                        .append(" oldestRunningXid ").append(Integer.toUnsignedString(running.oldestRunningXid()));
                xids("xacts", running.transactions(), text);
                subtransactions(running, text);
            }
            case StandbyRecord.Invalidations invalidations -> InvalidationDescription.append(invalidations.messages(),
                    invalidations.relcacheInitFile(), invalidations.database(), invalidations.tablespace(), text);
        }
    }

    /** With a blank after each, the last as well. */
    private static void append(StandbyRecord.Lock lock, StringBuilder text) {
        text.append("xid ").append(Integer.toUnsignedString(lock.xid()))
                .append(" db ").append(Integer.toUnsignedString(lock.database()))
                .append(" rel ").append(Integer.toUnsignedString(lock.relation())).append(' ');
    }

    static void xids(String label, int[] xids, StringBuilder text) {
        if (xids.length > 0) {
            text.append("; ").append(xids.length).append(' ').append(label).append(':');
            for (int xid : xids) {
                text.append(' ').append(Integer.toUnsignedString(xid));
            }
        }
    }

    void subtransactions(StandbyRecord.RunningTransactions running, StringBuilder text) {
        if (running.subtransactionsMissing()) {
            text.append("; subxid ovf");
        }
    }
}
