package dev.neon.repo.walindex;

import dev.neon.repo.Lsn;
import java.util.List;

/**
 * A commit or abort record.
 *
 * @param start           of the record
 * @param end             of the record: the first point at which the transaction has ended
 * @param time            microseconds since 2000
 * @param isCommit        else it is an abort
 * @param wasPrepared     whether it is that of a prepared transaction
 * @param subtransactions that end with it, not those that were rolled back before
 */
public record TransactionEnding(Lsn start, Lsn end, long time, boolean isCommit, boolean wasPrepared,
        List<XidRun> subtransactions) {
    public TransactionEnding {
        subtransactions = List.copyOf(subtransactions);
    }

    public boolean hasSubtransaction(long xid) {
        return subtransactions.stream().anyMatch(run -> run.contains(xid));
    }
}
