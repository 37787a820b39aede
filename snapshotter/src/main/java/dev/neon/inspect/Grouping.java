package dev.neon.inspect;

/** By what {@link WalStats} counts. */
public enum Grouping {
    /** By resource manager. */
    RMGR,
    /** By resource manager and operation. */
    RECORD,
    /** By the relation of the record's first block; one for all that refer to no block. */
    RELATION,
    /** By the database of the record's first block; one for shared relations, one for all that refer to no block. */
    DATABASE
}
