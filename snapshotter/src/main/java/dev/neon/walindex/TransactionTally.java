package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.TransactionEnding;
import dev.neon.repo.walindex.TransactionPart;
import dev.neon.wal.WalRecord;
import java.util.Optional;

/** Counts what one transaction does in one segment; used again for others. */
final class TransactionTally {
    private final RelationTally relations = new RelationTally();
    private long xid;
    private long first;
    private long records;
    private long bytes;
    private boolean isPrepared;
    private Optional<TransactionEnding> end = Optional.empty();

    TransactionTally begin(long newXid, long firstRecord) {
        xid = newXid;
        first = firstRecord;
        records = 0;
        bytes = 0;
        isPrepared = false;
        end = Optional.empty();
        relations.clear();
        return this;
    }

    long xid() {
        return xid;
    }

    /** Where its first record starts. */
    long first() {
        return first;
    }

    void add(WalRecord record) {
        records++;
        bytes += record.length();
        relations.add(record);
    }

    /** Adds what a subtransaction has done. */
    void add(TransactionTally subtransaction) {
        first = Math.min(first, subtransaction.first);
        records += subtransaction.records;
        bytes += subtransaction.bytes;
        relations.add(subtransaction.relations);
    }

    void prepare() {
        isPrepared = true;
    }

    void end(TransactionEnding how) {
        end = Optional.of(how);
    }

    TransactionPart toPart() {
        return new TransactionPart(xid, new Lsn(first), records, bytes, isPrepared, relations.toList(),
                relations.others(), end);
    }
}
