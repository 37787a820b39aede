package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.walindex.RestorePoint;
import dev.neon.repo.walindex.Restart;
import dev.neon.repo.walindex.TransactionPart;

/** Something that happened in a history, as a log shows it. */
public sealed interface LogEvent {
    /** The first point at which it has happened. */
    Lsn at();

    /** Microseconds since 2000. */
    long time();

    /**
     * A transaction ended.
     *
     * @param whole all that it did, its subtransactions' part included; it has an end
     */
    record TransactionEnded(TransactionPart whole) implements LogEvent {
        @Override
        public Lsn at() {
            return whole.end().orElseThrow().end();
        }

        @Override
        public long time() {
            return whole.end().orElseThrow().time();
        }
    }

    record RestorePointMade(RestorePoint point) implements LogEvent {
        @Override
        public Lsn at() {
            return point.end();
        }

        @Override
        public long time() {
            return point.time();
        }
    }

    record Restarted(Restart restart) implements LogEvent {
        @Override
        public Lsn at() {
            return restart.end();
        }

        @Override
        public long time() {
            return restart.time();
        }
    }
}
