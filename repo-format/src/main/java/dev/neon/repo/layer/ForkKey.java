package dev.neon.repo.layer;

import dev.neon.repo.RelFileLocator;
import org.jspecify.annotations.Nullable;

/**
 * Names a fork: a sequence of pages numbered from 0. An SLRU is a fork as well, of a pseudo-relation in tablespace 0.
 * Ordered by tablespace, database, relation and fork, all unsigned.
 *
 * @param fork 0 main, 1 free space map, 2 visibility map, 3 init ({@code REL_17 relpath.h ForkNumber})
 */
public record ForkKey(RelFileLocator relation, int fork) implements Comparable<ForkKey> {
    @Override
    public int compareTo(ForkKey other) {
        int order = Integer.compareUnsigned(relation.tablespace(), other.relation.tablespace());
        if (order == 0) {
            order = Integer.compareUnsigned(relation.database(), other.relation.database());
        }
        if (order == 0) {
            order = Integer.compareUnsigned(relation.relation(), other.relation.relation());
        }
        return order == 0 ? Integer.compareUnsigned(fork, other.fork) : order;
    }

    /** Written out, as is {@link #hashCode}: those that a record gets by itself cost 5 ms at the first call. */
    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof ForkKey other && other.fork == fork && other.relation.equals(relation);
    }

    @Override
    public int hashCode() {
        return relation.hashCode() * 31 + fork;
    }

    /** {@code 1663/5/16384.0}. */
    @Override
    public String toString() {
        return relation + "." + Integer.toUnsignedString(fork);
    }
}
