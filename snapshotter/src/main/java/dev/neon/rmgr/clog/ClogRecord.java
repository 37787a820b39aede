package dev.neon.rmgr.clog;

import dev.neon.rmgr.RmgrRecord;

/** {@code pg_xact}, which keeps two bits for each transaction ({@code REL_17 clog.c}, {@code clog.h}). */
public sealed interface ClogRecord extends RmgrRecord {
    /** A page of zeros, at the end: page {@code xid / 32768}. */
    record ZeroPage(long page) implements ClogRecord {}

    /**
     * What lies before a page may go.
     *
     * @param page               the first page that stays; whole segments before it go
     * @param oldestXact         the oldest transaction that is still kept, unsigned
     * @param oldestXactDatabase the oid of the database that needs it, unsigned
     */
    record Truncate(long page, int oldestXact, int oldestXactDatabase) implements ClogRecord {}
}
