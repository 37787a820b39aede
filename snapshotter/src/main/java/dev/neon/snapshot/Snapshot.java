package dev.neon.snapshot;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A copy of a data directory: the state of a timeline, once its WAL from {@code redo} to at least {@code lsn} has been
 * replayed over it.
 *
 * @param timeline  whose state it is
 * @param lsn       the first point that can be rebuilt from it: the end of the shutdown checkpoint's record for a copy
 *                  of a stopped server, the end of the WAL when copying had ended for a copy of a running one
 * @param redo      where replay has to begin, from the checkpoint in its {@code pg_control}
 * @param time      of the checkpoint in its {@code pg_control}, to the second
 * @param clean     whether it is a copy of a cleanly stopped server, so that at {@code lsn} no replay is needed
 * @param directory the copy
 */
public record Snapshot(TimelineId timeline, Lsn lsn, Lsn redo, Instant time, boolean clean,
        Path directory) {}
