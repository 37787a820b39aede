package dev.neon.repo.walindex;

import dev.neon.repo.Lsn;
import java.util.List;
import java.util.Optional;

/**
 * What one transaction did in one segment. A subtransaction has a part of its own, unless the transaction above it
 * commits in the same segment: that record tells whose it is, and both are one part then.
 *
 * @param xid          64 bits
 * @param first        start of its first record here
 * @param records      how many, its end included
 * @param bytes        the sum of their lengths
 * @param isPrepared   whether it was prepared here
 * @param relations    those that its records touch, in the order of the first touch; at most {@link #MOST_RELATIONS}
 * @param otherTouches block references to relations that found no place in {@code relations}
 * @param end          how it ended, if it ended here
 */
public record TransactionPart(long xid, Lsn first, long records, long bytes, boolean isPrepared,
        List<RelationPart> relations, long otherTouches, Optional<TransactionEnding> end) {
    public static final int MOST_RELATIONS = 32;

    public TransactionPart {
        relations = List.copyOf(relations);
    }
}
