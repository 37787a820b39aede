package dev.neon.inspect;

import dev.neon.wal.WalReader;

/**
 * What is kept of records that are read, but not the records. A range may be read in pieces, each with a tally of its
 * own, which are added up in order.
 */
public interface Tally<T extends Tally<T>> {
    /** Counts the record that {@code reader} is at; called from one thread. */
    void count(WalReader reader);

    /** Adds what was kept of the records that follow directly. */
    void add(T later);
}
