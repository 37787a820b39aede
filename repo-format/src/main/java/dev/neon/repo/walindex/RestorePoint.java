package dev.neon.repo.walindex;

import dev.neon.repo.Lsn;

/**
 * A call of {@code pg_create_restore_point}.
 *
 * @param start of its record
 * @param end   of its record: the point that it names
 * @param time  microseconds since 2000
 */
public record RestorePoint(Lsn start, Lsn end, long time, String name) {}
