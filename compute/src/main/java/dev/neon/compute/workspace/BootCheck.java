package dev.neon.compute.workspace;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.instance.StartRequest;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.PostgresFailedException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.revision.Point;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Starts PostgreSQL at a point and has it check all databases. It runs on a throw-away timeline, as for
 * {@code neon start --read-only}: with a data directory and WAL of its own, on a free port, and all of it goes at the end.
 */
public final class BootCheck {
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Workspace workspace;
    private final String user;

    BootCheck(Workspace workspace, String user) {
        this.workspace = workspace;
        this.user = user;
    }

    /** How databases are checked. */
    public enum Method {
        /** By the program {@code pg_amcheck}. */
        PROGRAM,
        /** By the functions of the extension {@code amcheck}, as the program is not there. */
        EXTENSION,
        /** By a query of each table, as the extension is not there either. */
        SELECT
    }

    /**
     * What was found at a point.
     *
     * @param method    the weakest that was used for a database; empty if the server did not start
     * @param databases that were checked, by name
     * @param problems  what is wrong, in PostgreSQL's words
     */
    public record Result(Optional<Method> method, List<String> databases, List<String> problems) {
        public Result {
            databases = List.copyOf(databases);
            problems = List.copyOf(problems);
        }
    }

    /**
     * Checks.
     *
     * @param revision what the user called the point
     * @throws PostgresFailedException if the server starts, but lets nobody in
     */
    public Result check(String revision, Point at) {
        TimelineId timeline = TimelineId.random();
        try (HeldLease _ = workspace.timelines().hold(timeline, at, "fsck of " + revision)) {
            workspace.timelines().throwAway(timeline, at, revision);
            return checkServer(revision, timeline);
        }
    }

    private Result checkServer(String revision, TimelineId timeline) {
        StartRequest request = new StartRequest(timeline, "fsck " + revision, true, Optional.empty(), Optional.empty(),
                List.of("autovacuum=off"), Optional.empty(), StartRequest.DEFAULT_TIMEOUT);
        Instance server;
        try {
            server = workspace.start(request).instance();
        } catch (PostgresFailedException | CorruptFileException | NotFoundException failure) {
            return new Result(Optional.empty(), List.of(), List.of("PostgreSQL did not start: " + failure.getMessage()));
        }
        try {
            PostgresBinaries binaries = workspace.postgres().find(workspace.wal().identity(timeline).major(),
                    Optional.empty());
            return new ServerCheck(server, user, binaries).run();
        } finally {
            stop(timeline);
        }
    }

    /** An interrupted thread could remove half of it. */
    private void stop(TimelineId timeline) {
        boolean interrupted = Thread.interrupted();
        try {
            workspace.instances().stop(timeline, ServerSignal.IMMEDIATE, STOP);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
