package dev.neon.difference;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.heap.RowCount;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.wal.WalRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Counts rows by transaction, and tells of those that commit. What is rolled back, or never ends, is forgotten. */
final class OpenTransactions {
    private final Map<Integer, Map<RelFileLocator, RowCount>> byXid = new HashMap<>();
    private final BiConsumer<RelFileLocator, RowCount> committed;

    OpenTransactions(BiConsumer<RelFileLocator, RowCount> committed) {
        this.committed = committed;
    }

    void add(int xid, RelFileLocator relation, RowCount rows) {
        byXid.computeIfAbsent(xid, any -> new HashMap<>()).merge(relation, rows, RowCount::plus);
    }

    /** @param record a commit or abort */
    void end(WalRecord record) {
        boolean isCommit = TransactionEnd.isCommit(record);
        end(TransactionEnd.xid(record), isCommit);
        for (int subtransaction : TransactionEnd.subtransactions(record)) {
            end(subtransaction, isCommit);
        }
    }

    private void end(int xid, boolean isCommit) {
        Map<RelFileLocator, RowCount> rows = byXid.remove(xid);
        if (rows != null && isCommit) {
            rows.forEach(committed);
        }
    }
}
