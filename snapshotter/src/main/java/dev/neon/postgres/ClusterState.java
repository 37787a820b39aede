package dev.neon.postgres;

/** {@code pg_control}'s word on how the cluster was left, in PostgreSQL's numbering ({@code pg_control.h DBState}). */
public enum ClusterState {
    STARTUP("starting up"),
    SHUTDOWNED("shut down"),
    SHUTDOWNED_IN_RECOVERY("shut down in recovery"),
    SHUTDOWNING("shutting down"),
    IN_CRASH_RECOVERY("in crash recovery"),
    IN_ARCHIVE_RECOVERY("in archive recovery"),
    IN_PRODUCTION("in production");

    private final String words;

    ClusterState(String words) {
        this.words = words;
    }

    /** The words of {@code pg_controldata}. */
    @Override
    public String toString() {
        return words;
    }
}
