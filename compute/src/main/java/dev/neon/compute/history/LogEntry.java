package dev.neon.compute.history;

import dev.neon.postgres.TimestampTz;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.walindex.BackgroundWork;
import dev.neon.walindex.LoggedTransaction;
import dev.neon.walindex.RelationChanges;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Something that happened on a timeline. */
public sealed interface LogEntry {
    /** The timeline whose history it is in; of a fork the one that was left. */
    TimelineId timeline();

    /** The first point that has it. */
    Lsn lsn();

    /** When; empty if nothing tells. */
    Optional<Instant> time();

    /**
     * A transaction committed or aborted.
     *
     * @param lazyChanges what it changed, counted record by record each time it is asked for
     */
    record Transaction(TimelineId timeline, LoggedTransaction transaction,
            Supplier<List<RelationChanges>> lazyChanges) implements LogEntry {
        public List<RelationChanges> changes() {
            return lazyChanges.get();
        }

        @Override
        public Lsn lsn() {
            return transaction.end().end();
        }

        @Override
        public Optional<Instant> time() {
            return Optional.of(TimestampTz.toInstant(transaction.end().time()));
        }
    }

    /**
     * A transaction was prepared, to be committed or rolled back by another command.
     *
     * @param xid 64 bits
     * @param gid the name that the user gave it
     */
    record Prepare(TimelineId timeline, Lsn lsn, Optional<Instant> time, long xid, String gid) implements LogEntry {}

    /**
     * A server ended or began.
     *
     * @param isPromotion whether a recovery ended by a promotion; else a server was stopped, or recovered from a crash
     */
    record Restart(TimelineId timeline, Lsn lsn, Optional<Instant> time, boolean isPromotion) implements LogEntry {}

    /** What no transaction wrote in a segment, up to this point; when, is not known. */
    record Background(TimelineId timeline, BackgroundWork work) implements LogEntry {
        @Override
        public Lsn lsn() {
            return work.end();
        }

        @Override
        public Optional<Instant> time() {
            return Optional.empty();
        }
    }

    /** {@code pg_create_restore_point}. */
    record RestorePoint(TimelineId timeline, Lsn lsn, Optional<Instant> time, String name) implements LogEntry {}

    /**
     * Another timeline begins here.
     *
     * @param branches its names, without those that it has no more
     * @param reason   why it was made
     */
    record Fork(TimelineId timeline, Lsn lsn, Optional<Instant> time, TimelineId child, List<String> branches,
            String reason) implements LogEntry {}

    /**
     * A branch was brought here by {@code neon commit}.
     *
     * @param branch as it was called then
     */
    record BranchCommit(TimelineId timeline, Lsn lsn, Optional<Instant> time, String branch, String author, String message)
            implements LogEntry {}

    /** A tag names this point; the time is when it was made. */
    record Tag(TimelineId timeline, Lsn lsn, Optional<Instant> time, String name, Optional<String> author,
            Optional<String> message) implements LogEntry {}

    /**
     * A snapshot has the state at this point; the time is that of its checkpoint.
     *
     * @param isClean whether it is of a stopped server
     */
    record Snapshot(TimelineId timeline, Lsn lsn, Optional<Instant> time, boolean isClean) implements LogEntry {}
}
