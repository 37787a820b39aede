package dev.neon.repo.walindex;

import dev.neon.repo.Lsn;

/**
 * A record between two lives of a server: no transaction that is not prepared goes on beyond it.
 *
 * @param start of the record
 * @param end   of the record
 * @param time  microseconds since 2000; of a checkpoint to the second
 */
public record Restart(Lsn start, Lsn end, long time, Kind kind) {
    public enum Kind {
        /** A shutdown checkpoint: a clean stop, or the end of a recovery after a crash. */
        SHUTDOWN_CHECKPOINT,
        /** The end of a recovery by a promotion. */
        END_OF_RECOVERY
    }
}
