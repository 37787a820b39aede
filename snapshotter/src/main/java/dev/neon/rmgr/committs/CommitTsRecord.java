package dev.neon.rmgr.committs;

import dev.neon.rmgr.RmgrRecord;

/**
 * {@code pg_commit_ts}, which keeps the time and origin of each commit ({@code REL_17 commit_ts.h}). The times
 * themselves are in the records of the commits.
 */
public sealed interface CommitTsRecord extends RmgrRecord {
    /** A page of zeros, at the end. */
    record ZeroPage(long page) implements CommitTsRecord {}

    /**
     * What lies before a page may go.
     *
     * @param page      the first page that stays; whole segments before it go
     * @param oldestXid the oldest transaction whose time is still kept, unsigned
     */
    record Truncate(long page, int oldestXid) implements CommitTsRecord {}
}
