package dev.neon.state;

import dev.neon.postgres.CheckPoint;
import dev.neon.repo.Lsn;
import java.time.Instant;

/**
 * What PostgreSQL counts in shared memory and writes into checkpoints ({@code REL_17 transam.h TransamVariablesData},
 * {@code multixact.c MultiXactStateData}), as it stands during recovery. Ids are unsigned.
 */
final class Counters {
    private long nextXid;
    private int nextOid;
    private int nextMulti;
    private int nextMember;
    private int oldestXid;
    private int oldestXidDatabase;
    private int oldestMulti;
    private int oldestMultiDatabase;
    private int oldestCommitTsXid;
    private int newestCommitTsXid;
    private boolean fullPageWrites;
    /** The value is that of this position or a later one; not kept in metadata's bytes. */
    private Lsn fullPageWritesSince;
    private int timeline;

    /** @param lsn where the counters stand so */
    Counters(CheckPoint from, Lsn lsn) {
        nextXid = from.nextXid();
        nextOid = (int) from.nextOid();
        nextMulti = (int) from.nextMulti();
        nextMember = (int) from.nextMultiOffset();
        oldestXid = (int) from.oldestXid();
        oldestXidDatabase = (int) from.oldestXidDatabase();
        oldestMulti = (int) from.oldestMulti();
        oldestMultiDatabase = (int) from.oldestMultiDatabase();
        oldestCommitTsXid = (int) from.oldestCommitTsXid();
        newestCommitTsXid = (int) from.newestCommitTsXid();
        fullPageWrites = from.fullPageWrites();
        fullPageWritesSince = lsn;
        timeline = from.timeline();
    }

    Counters copy() {
        return new Counters(checkPoint(Lsn.ZERO, Instant.EPOCH), fullPageWritesSince);
    }

    /** What a shutdown checkpoint says ({@code REL_17 xlog.c CreateCheckPoint}). */
    CheckPoint checkPoint(Lsn redo, Instant time) {
        return new CheckPoint(redo, timeline, timeline, fullPageWrites, nextXid, unsigned(nextOid), unsigned(nextMulti),
                unsigned(nextMember), unsigned(oldestXid), unsigned(oldestXidDatabase), unsigned(oldestMulti),
                unsigned(oldestMultiDatabase), time, unsigned(oldestCommitTsXid), unsigned(newestCommitTsXid), 0);
    }

    private static long unsigned(int id) {
        return Integer.toUnsignedLong(id);
    }

    /** The lower half. */
    int nextXid() {
        return (int) nextXid;
    }

    int nextMulti() {
        return nextMulti;
    }

    int nextMember() {
        return nextMember;
    }

    /** The 64 bits of an id that is not above the next ({@code REL_17 transam.h FullTransactionIdFromAllowableAt}). */
    long full(int xid) {
        long epoch = nextXid >>> 32;
        long back = Integer.compareUnsigned(xid, nextXid()) > 0 ? epoch - 1 : epoch;
        return back << 32 | unsigned(xid);
    }

    /** {@code AdvanceNextFullTransactionIdPastXid}. */
    void passXid(int xid) {
        int next = nextXid();
        if (xid == next || XidOrder.precedes(next, xid)) {
            int after = xid + 1;
            if (Integer.compareUnsigned(after, XidOrder.FIRST_NORMAL) < 0) {
                after = XidOrder.FIRST_NORMAL;
            }
            long epoch = nextXid >>> 32;
            nextXid = (Integer.compareUnsigned(after, next) < 0 ? epoch + 1 : epoch) << 32 | unsigned(after);
        }
    }

    void nextOid(int oid) {
        nextOid = oid;
    }

    /** @param since the end of the record that says so */
    void fullPageWrites(boolean isOn, Lsn since) {
        fullPageWrites = isOn;
        fullPageWritesSince = since;
    }

    /** {@code MultiXactAdvanceNextMXact}. */
    void passMulti(int multi, int member) {
        if (XidOrder.multiPrecedes(nextMulti, multi)) {
            nextMulti = multi;
        }
        if (XidOrder.multiPrecedes(nextMember, member)) {
            nextMember = member;
        }
    }

    /** {@code SetMultiXactIdLimit}. */
    void oldestMulti(int multi, int database) {
        oldestMulti = multi;
        oldestMultiDatabase = database;
    }

    /**
     * A shutdown checkpoint is believed exactly ({@code REL_17 xlog.c xlog_redo}). Of full page writes, too, although
     * recovery asks only the checkpoint that it begins with: a server that is started with another setting than before
     * tells it in no record but its checkpoints ({@code UpdateFullPageWrites}).
     */
    void redoShutdown(CheckPoint said) {
        nextXid = said.nextXid();
        nextOid = (int) said.nextOid();
        nextMulti = (int) said.nextMulti();
        nextMember = (int) said.nextMultiOffset();
        advanceOldestMulti(said);
        oldestXid = (int) said.oldestXid();
        oldestXidDatabase = (int) said.oldestXidDatabase();
        fullPageWrites = said.fullPageWrites();
        timeline = said.timeline();
    }

    /**
     * An online checkpoint gives minima; its next oid is older than the last that WAL told. So may be its full page
     * writes, which are those of its redo point.
     */
    void redoOnline(CheckPoint said) {
        if (Long.compareUnsigned(nextXid, said.nextXid()) < 0) {
            nextXid = said.nextXid();
        }
        passMulti((int) said.nextMulti(), (int) said.nextMultiOffset());
        advanceOldestMulti(said);
        if (XidOrder.precedes(oldestXid, (int) said.oldestXid())) {
            oldestXid = (int) said.oldestXid();
            oldestXidDatabase = (int) said.oldestXidDatabase();
        }
        if (!said.redo().isBefore(fullPageWritesSince)) {
            fullPageWrites = said.fullPageWrites();
        }
        timeline = said.timeline();
    }

    private void advanceOldestMulti(CheckPoint said) {
        if (XidOrder.multiPrecedes(oldestMulti, (int) said.oldestMulti())) {
            oldestMulti((int) said.oldestMulti(), (int) said.oldestMultiDatabase());
        }
    }

    /** {@code ActivateCommitTs}: times are kept from the next transaction on, unless they are already. */
    void beginCommitTs() {
        if (oldestCommitTsXid == 0) {
            oldestCommitTsXid = nextXid();
            newestCommitTsXid = nextXid();
        }
    }

    /** {@code DeactivateCommitTs}. */
    void endCommitTs() {
        oldestCommitTsXid = 0;
        newestCommitTsXid = 0;
    }

    /** {@code AdvanceOldestCommitTsXid}. */
    void advanceOldestCommitTs(int xid) {
        if (oldestCommitTsXid != 0 && XidOrder.precedes(oldestCommitTsXid, xid)) {
            oldestCommitTsXid = xid;
        }
    }

    /** {@code TransactionTreeSetCommitTsData}. */
    void passCommitTs(int xid) {
        if (XidOrder.precedes(newestCommitTsXid, xid)) {
            newestCommitTsXid = xid;
        }
    }
}
