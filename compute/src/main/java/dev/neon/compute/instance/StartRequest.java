package dev.neon.compute.instance;

import dev.neon.repo.TimelineId;
import dev.neon.snapshot.RedoEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a server is started with.
 *
 * @param timeline      the timeline it writes
 * @param label         what the user called it: a branch, or a revision
 * @param readOnly      whether sessions are read-only by default; such a server runs on a throw-away timeline
 * @param port          the port; if absent the first free one from {@link Ports#FIRST} up
 * @param listen        addresses to listen on, as {@code listen_addresses} takes them; if absent
 *                      {@link #DEFAULT_LISTEN}
 * @param settings      further settings of the user, {@code name=value}
 * @param binDirectory  where PostgreSQL is; if absent the configuration's, else the embedded one of the major
 * @param timeout       how long to wait for the server, recovery not counted as long as it moves
 * @param redo          who brings a new data directory to the end of the timeline
 */
public record StartRequest(TimelineId timeline, String label, boolean readOnly, Optional<Integer> port,
                           Optional<String> listen, List<String> settings, Optional<Path> binDirectory,
                           Duration timeout, RedoEngine redo) {
    /** Loopback only. */
    public static final String DEFAULT_LISTEN = "127.0.0.1";

    /** Long enough for a start without recovery on a busy machine. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    /** @throws dev.neon.repo.error.InvalidInputException as {@link #check} */
    public StartRequest {
        settings = List.copyOf(settings);
        check(settings);
    }

    /** As the other; neon brings a new data directory to the end of the timeline. */
    public StartRequest(TimelineId timeline, String label, boolean readOnly, Optional<Integer> port,
                        Optional<String> listen, List<String> settings, Optional<Path> binDirectory,
                        Duration timeout) {
        this(timeline, label, readOnly, port, listen, settings, binDirectory, timeout, RedoEngine.NEON);
    }

    /**
     * Checks settings before anything is done for a start.
     *
     * @throws dev.neon.repo.error.InvalidInputException if one is not {@code name=value} or is one that neon decides
     */
    public static void check(List<String> settings) {
        settings.forEach(ServerCommand::check);
    }

    /** The request that names nothing but what to run. */
    public static StartRequest of(TimelineId timeline, String label) {
        return new StartRequest(timeline, label, false, Optional.empty(), Optional.empty(), List.of(), Optional.empty(),
                DEFAULT_TIMEOUT);
    }
}
