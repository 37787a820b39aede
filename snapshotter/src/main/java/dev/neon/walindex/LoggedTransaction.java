package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.RelationPart;
import dev.neon.repo.walindex.TransactionEnding;
import java.util.List;

/**
 * A transaction that ended, with all that it and its subtransactions did; what was rolled back to a savepoint is a
 * transaction of its own, as its abort record is that of any other.
 *
 * @param xid          64 bits
 * @param first        start of its first record, as far as the WAL is there
 * @param records      how many, its end included
 * @param bytes        the sum of their lengths
 * @param relations    those that its records touch, in the order of the first touch; of long ones perhaps not all
 * @param otherTouches block references to relations that are not among {@code relations}
 * @param end          how it ended
 */
public record LoggedTransaction(long xid, Lsn first, long records, long bytes, List<RelationPart> relations,
        long otherTouches, TransactionEnding end) {
    public LoggedTransaction {
        relations = List.copyOf(relations);
    }
}
