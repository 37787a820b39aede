package dev.neon.state;

import dev.neon.dialect.WalDialect;
import dev.neon.page.Page;
import dev.neon.postgres.PostgresMajor;
import dev.neon.rmgr.RmgrRecord;
import dev.neon.rmgr.clog.ClogRecord;
import dev.neon.rmgr.committs.CommitTsRecord;
import dev.neon.rmgr.multixact.MultiXactRecord;
import dev.neon.rmgr.transaction.Completion;
import dev.neon.rmgr.transaction.OriginProgress;
import dev.neon.rmgr.transaction.TransactionRecord;
import dev.neon.rmgr.xlog.XlogRecord;
import dev.neon.wal.WalRecord;

/**
 * Applies records to pages of SLRUs, one page at a time and each by itself. Which pages a record changes, {@link
 * ForkEvents#changed} tells. Used by one thread.
 */
public final class SlruRedo {
    private static final int COMMITTED = 1;
    private static final int ABORTED = 2;
    private static final int MEMBERS_IN_GROUP = 4;
    /** Four u8 and four u32. */
    private static final int GROUP_BYTES = 20;
    /** {@code SizeOfCommitTimestampEntry}. */
    private static final int COMMIT_TS_BYTES = 10;

    private final WalDialect dialect;

    public SlruRedo(PostgresMajor major) {
        this.dialect = WalDialect.of(major);
    }

    /**
     * Makes a page what it is after the record.
     *
     * @param number the page's number: the block in {@link Slru#fork}
     * @param page   as it was before the record; zeros if it was not there
     */
    public void redo(WalRecord record, Slru slru, int number, Page page) {
        switch (dialect.manager(record.rmid()).decode(record)) {
            case TransactionRecord.Commit commit when slru == Slru.XACT ->
                    end(commit.completion(), COMMITTED, number, page);
            case TransactionRecord.Commit commit when slru == Slru.COMMIT_TS ->
                    time(commit.completion(), record, number, page);
            case TransactionRecord.Abort abort when slru == Slru.XACT ->
                    end(abort.completion(), ABORTED, number, page);
            case MultiXactRecord.Create create when slru == Slru.MULTIXACT_OFFSETS -> offsets(create, number, page);
            case MultiXactRecord.Create create when slru == Slru.MULTIXACT_MEMBERS -> members(create, number, page);
            case RmgrRecord said when makes(said, slru) -> page.clear();
            default -> throw new IllegalStateException("the record at " + record.start() + " changes no page of " + slru);
        }
    }

    private static boolean makes(RmgrRecord said, Slru slru) {
        return switch (said) {
            case ClogRecord.ZeroPage zero -> slru == Slru.XACT;
            case MultiXactRecord.ZeroOffsetsPage zero -> slru == Slru.MULTIXACT_OFFSETS;
            case MultiXactRecord.ZeroMembersPage zero -> slru == Slru.MULTIXACT_MEMBERS;
            case CommitTsRecord.ZeroPage zero -> slru == Slru.COMMIT_TS;
            case XlogRecord.ParameterChange change -> slru == Slru.COMMIT_TS;
            default -> false;
        };
    }

    /** {@code REL_17 clog.c TransactionIdSetTreeStatus}. */
    private static void end(Completion end, int status, int number, Page page) {
        status(end.xid(), status, number, page);
        for (int xid : end.subtransactions()) {
            status(xid, status, number, page);
        }
    }

    private static void status(int xid, int status, int number, Page page) {
        if (Slru.XACT.pageOf(xid) == number) {
            int index = Slru.XACT.indexOf(xid);
            int shift = index % 4 * 2;
            page.put8(index / 4, page.u8(index / 4) & ~(3 << shift) | status << shift);
        }
    }

    /** {@code REL_17 commit_ts.c TransactionTreeSetCommitTsData}; of a transaction from elsewhere the time it had there. */
    private static void time(Completion end, WalRecord record, int number, Page page) {
        long time = end.origin().map(OriginProgress::time).orElse(end.time());
        time(end.xid(), time, record.origin(), number, page);
        for (int xid : end.subtransactions()) {
            time(xid, time, record.origin(), number, page);
        }
    }

    private static void time(int xid, long time, int origin, int number, Page page) {
        if (Slru.COMMIT_TS.pageOf(xid) == number) {
            int at = Slru.COMMIT_TS.indexOf(xid) * COMMIT_TS_BYTES;
            page.put64(at, time);
            page.put16(at + Long.BYTES, origin);
        }
    }

    /** {@code REL_18 multixact.c RecordNewMultiXact}: where the members of this one begin, and of the next. */
    private static void offsets(MultiXactRecord.Create create, int number, Page page) {
        offset(create.multi(), create.offset(), number, page);
        int end = create.offset() + create.members().size();
        offset(multiAfter(create.multi()), end == 0 ? 1 : end, number, page);
    }

    private static void offset(int multi, int member, int number, Page page) {
        if (Slru.MULTIXACT_OFFSETS.pageOf(multi) == number) {
            page.put32(Slru.MULTIXACT_OFFSETS.indexOf(multi) * Integer.BYTES, member);
        }
    }

    /** The multixact after another; 0 is none. */
    static int multiAfter(int multi) {
        return multi + 1 == 0 ? XidOrder.FIRST_MULTI : multi + 1;
    }

    private static void members(MultiXactRecord.Create create, int number, Page page) {
        int offset = create.offset();
        for (MultiXactRecord.Member member : create.members()) {
            if (Slru.MULTIXACT_MEMBERS.pageOf(offset) == number) {
                int group = groupAt(offset);
                int place = Integer.remainderUnsigned(offset, MEMBERS_IN_GROUP);
                page.put8(group + place, member.status().ordinal());
                page.put32(memberAt(offset), member.xid());
            }
            offset++;
        }
    }

    /** Where in its page the group of a member begins. */
    static int groupAt(int offset) {
        return Slru.MULTIXACT_MEMBERS.indexOf(offset) / MEMBERS_IN_GROUP * GROUP_BYTES;
    }

    /** Where in its page a member's transaction is. */
    static int memberAt(int offset) {
        return groupAt(offset) + MEMBERS_IN_GROUP
                + Integer.remainderUnsigned(offset, MEMBERS_IN_GROUP) * Integer.BYTES;
    }
}
