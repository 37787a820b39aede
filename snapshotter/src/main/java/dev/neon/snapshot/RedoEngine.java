package dev.neon.snapshot;

/** Who applies WAL to the pages of a snapshot. A copy of a data directory is always brought forward by PostgreSQL. */
public enum RedoEngine {
    /** neon, and PostgreSQL where WAL has records that neon does not know. */
    NEON,
    /** PostgreSQL, when the server starts. */
    POSTGRES
}
