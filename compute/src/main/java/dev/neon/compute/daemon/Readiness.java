package dev.neon.compute.daemon;

/** Whether the daemon lets clients in. Safe for threads. */
final class Readiness {
    /** What it does. */
    enum State { STARTING, READY, STOPPING }

    private volatile State state = State.STARTING;

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    /** Why clients are not let in, or that they are. */
    String sentence() {
        return switch (state) {
            case STARTING -> "starting: servers of an earlier page server are looked for, and a certificate is made if there is none";
            case READY -> "ready";
            case STOPPING -> "stopping: sessions are ended";
        };
    }
}
