package dev.neon.walindex;

import dev.neon.repo.Lsn;

/** What became of a transaction, as far as a history tells. Ids have 64 bits. */
public sealed interface TransactionFate {
    /**
     * It committed or aborted.
     *
     * @param end of the record: the first point at which it has ended
     */
    record Ended(Lsn end) implements TransactionFate {}

    /** It has not ended: at the end of this history it is running, or has been taken back without a record. */
    record Running() implements TransactionFate {}

    /** It waits for COMMIT PREPARED or ROLLBACK PREPARED. */
    record Prepared() implements TransactionFate {}

    /** @param restart the end of the server's life in which it ran */
    record Lost(Lsn restart) implements TransactionFate {}

    /** @param newest the highest id that was given out */
    record NotBegun(long newest) implements TransactionFate {}

    /** @param oldest ids from this one on were given out in the WAL that is there */
    record BeforeHistory(long oldest) implements TransactionFate {}
}
