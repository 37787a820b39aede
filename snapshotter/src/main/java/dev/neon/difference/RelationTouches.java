package dev.neon.difference;

import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.rmgr.heap.RowCount;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/** Collects what happens to one relation. */
final class RelationTouches {
    private final RelFileLocator relation;
    private final List<BitSet> forks = Stream.generate(BitSet::new).limit(ForkNumber.values().length).toList();
    private long bytes;
    private RowCount rows = RowCount.NONE;

    RelationTouches(RelFileLocator relation) {
        this.relation = relation;
    }

    boolean isOf(int tablespace, int database, int number) {
        return relation.relation() == number && relation.database() == database && relation.tablespace() == tablespace;
    }

    /** @param spent bytes of the record */
    void block(int fork, int block, int spent) {
        if (block < 0) {
            throw new UnsupportedException("relation " + relation + " is larger than 16 TiB",
                    "neon cannot tell yet what changed in it.");
        }
        forks.get(fork).set(block);
        bytes += spent;
    }

    void rows(RowCount more) {
        rows = rows.plus(more);
    }

    RelationChange toChange() {
        return new RelationChange(relation, forks.getFirst(), forks.stream().mapToLong(BitSet::cardinality).sum(), bytes, rows);
    }
}
