package dev.neon.difference;

import dev.neon.dialect.WalDialect;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.RmgrRecord;
import dev.neon.rmgr.heap.HeapRecord;
import dev.neon.rmgr.heap.RowCount;
import dev.neon.wal.WalRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What records do to relations; nothing is allocated for most of them. */
final class TouchTable {
    private static final int HEAP2 = 9;
    private static final int HEAP = 10;

    private final WalDialect dialect;
    private final Map<RelFileLocator, RelationTouches> byRelation = new HashMap<>();
    /** That of the last block: the next one is often of the same relation. */
    private RelationTouches last = new RelationTouches(new RelFileLocator(0, 0, 0));

    TouchTable(WalDialect dialect) {
        this.dialect = dialect;
    }

    /** Takes in the blocks that a record refers to. */
    void addBlocks(WalRecord record) {
        for (int id = 0; id < record.blockCount(); id++) {
            if (record.hasBlock(id) && record.fork(id) != ForkNumber.FSM.ordinal()) {
                if (!last.isOf(record.tablespace(id), record.database(id), record.relation(id))) {
                    last = of(record.locator(id));
                }
                last.block(record.fork(id), record.block(id), record.imageLength(id) + record.dataLength(id));
            }
        }
    }

    RelationTouches of(RelFileLocator relation) {
        return byRelation.computeIfAbsent(relation, RelationTouches::new);
    }

    Collection<RelationTouches> all() {
        return byRelation.values();
    }

    /**
     * The rows that a record changes, of the relation of its first block. What is changed in place, such as statistics in
     * pg_class, is no transaction's.
     */
    RowCount rows(WalRecord record) {
        if (record.rmid() != HEAP && record.rmid() != HEAP2 || !record.hasBlock(0)) {
            return RowCount.NONE;
        }
        RmgrRecord said = dialect.manager(record.rmid()).decode(record);
        return said instanceof HeapRecord.Inplace ? RowCount.NONE : RowCount.of(said);
    }
}
