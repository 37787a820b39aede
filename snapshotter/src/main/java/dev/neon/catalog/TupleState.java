package dev.neon.catalog;

/** How much a tuple's word counts: of two tuples that speak of the same thing, the one earlier in this list is right. */
public enum TupleState {
    /** Visible to a transaction that begins after all that have ended. */
    LIVE,
    /** The transaction that wrote it had not ended when the files were written, as far as they tell. */
    IN_PROGRESS,
    /** Deleted, or replaced by a newer version, and not yet vacuumed away. */
    DEAD,
    /** Written by a transaction that was rolled back. */
    ABORTED
}
