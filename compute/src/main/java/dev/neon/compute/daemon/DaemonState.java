package dev.neon.compute.daemon;

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

    /** There is none. What one that was killed has left does not count. */
    record Stopped() implements DaemonState {}
}
