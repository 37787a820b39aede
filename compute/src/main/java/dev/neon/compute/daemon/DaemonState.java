package dev.neon.compute.daemon;

import java.util.Optional;

/** Whether a repository has a page server. */
public sealed interface DaemonState {
    /** It lets clients in. */
    record Running(DaemonRecord record) implements DaemonState {}

    /**
     * Somebody holds its lock: it starts or ends, or a command stops its servers.
     *
     * @param owner who, as people are told
     */
    record Busy(String owner) implements DaemonState {}

    /**
     * There is none.
     *
     * @param killed the process of one that has ended without tidying up; the next start or stop does that
     */
    record Stopped(Optional<Long> killed) implements DaemonState {}
}
