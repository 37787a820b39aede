package dev.neon.rmgr.transaction;

/**
 * Cumulative statistics that end with the transaction ({@code REL_18 xact.h xl_xact_stats_item}); since 15.
 *
 * @param kind   of statistics ({@code pgstat.h PgStat_Kind}); the numbers differ by release
 * @param object an oid until 17, 64 bits since 18; unsigned
 */
public record DroppedStatistics(int kind, int database, long object) {}
