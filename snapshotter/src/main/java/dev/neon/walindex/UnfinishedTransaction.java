package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.TransactionEnding;
import dev.neon.repo.walindex.TransactionPart;

/** A transaction while its parts are put together, the last first. */
final class UnfinishedTransaction {
    private final TransactionEnding end;
    private final long xid;
    private final RelationTally relations = new RelationTally();
    private Lsn first;
    private long records;
    private long bytes;

    UnfinishedTransaction(TransactionPart last, TransactionEnding end) {
        this.end = end;
        this.xid = last.xid();
        this.first = last.first();
        add(last);
    }

    long xid() {
        return xid;
    }

    /** Adds the part if it is of this transaction or of a subtransaction that ended with it. */
    void takeOwn(TransactionPart part) {
        if (part.end().isEmpty() && (part.xid() == xid || end.hasSubtransaction(part.xid()))) {
            first = Lsn.min(first, part.first());
            add(part);
        }
    }

    private void add(TransactionPart part) {
        records += part.records();
        bytes += part.bytes();
        relations.add(part);
    }

    LoggedTransaction toLogged() {
        return new LoggedTransaction(xid, first, records, bytes, relations.toList(), relations.others(), end);
    }
}
