package dev.neon.postgres;

/**
 * The settings that {@code pg_control} keeps, because standbys depend on them ({@code REL_17 pg_control.h
 * ControlFileData}).
 *
 * @param walLevel in PostgreSQL's numbering, see {@link WalLevel}
 */
public record ServerParameters(int walLevel, boolean walLogHints, int maxConnections, int maxWorkerProcesses,
        int maxWalSenders, int maxPreparedTransactions, int maxLocksPerTransaction, boolean trackCommitTimestamp) {}
