package dev.neon.walindex;

import dev.neon.dialect.WalDialect;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.RmgrRecord;
import dev.neon.rmgr.heap.RowCount;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a transaction changed, relation by relation, in the order of the first touch: counted record by record, so all
 * WAL from its first record to its end is read.
 */
public final class TransactionChanges {
    private static final int HEAP2 = 9;
    private static final int HEAP = 10;

    private final LoggedTransaction transaction;
    private final WalDialect dialect;
    private final Map<RelFileLocator, RelationChanges> relations = new LinkedHashMap<>();

    private TransactionChanges(LoggedTransaction transaction, WalDialect dialect) {
        this.transaction = transaction;
        this.dialect = dialect;
    }

    /**
     * Reads them.
     *
     * @throws dev.neon.repo.error.CorruptFileException   if the WAL is damaged
     * @throws dev.neon.repo.error.UnsupportedWalException if a heap's record has a form that the release does not have
     */
    public static List<RelationChanges> of(WalSource source, LoggedTransaction transaction) {
        TransactionChanges changes = new TransactionChanges(transaction, WalDialect.of(source.major()));
        long last = transaction.end().start().value();
        try (WalReader reader = WalReader.from(source, transaction.first())) {
            while (reader.next() && reader.record().startLsn() <= last) {
                if (reader.xid() != 0 && changes.isOwn(reader.xid())) {
                    changes.add(reader.record());
                }
            }
        }
        return List.copyOf(changes.relations.values());
    }

    private boolean isOwn(int xid) {
        long full = FullXids.nearest(xid, transaction.xid());
        return full == transaction.xid() || transaction.end().hasSubtransaction(full);
    }

    private void add(WalRecord record) {
        List<RelFileLocator> counted = new ArrayList<>();
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id)) {
                RelFileLocator relation = record.locator(id);
                boolean isNew = !counted.contains(relation);
                count(new RelationChanges(relation, isNew ? 1 : 0, 0, 0, 0, record.hasImage(id) ? 1 : 0,
                        record.imageLength(id)));
                counted.add(relation);
            }
        }
        if ((record.rmid() == HEAP || record.rmid() == HEAP2) && record.hasBlock(0)) {
            count(tuples(record.locator(0), dialect.manager(record.rmid()).decode(record)));
        }
    }

    private void count(RelationChanges more) {
        relations.merge(more.relation(), more, RelationChanges::plus);
    }

    private static RelationChanges tuples(RelFileLocator heap, RmgrRecord said) {
        RowCount rows = RowCount.of(said);
        return new RelationChanges(heap, 0, rows.inserted(), rows.updated(), rows.deleted(), 0, 0);
    }
}
