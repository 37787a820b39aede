package dev.neon.rmgr.transaction;

import dev.neon.repo.Lsn;

/**
 * How far a replication origin has come; which one, the record's {@link dev.neon.wal.WalRecord#origin} tells.
 *
 * @param lsn  on the origin
 * @param time of the commit there
 */
public record OriginProgress(Lsn lsn, long time) {}
