package dev.neon.compute.instance;

import dev.neon.compute.process.Host;

/** What a postmaster is told to do ({@code REL_17 postmaster.c process_pm_shutdown_request}). */
public enum ServerSignal {
    /** Waits for all sessions to end. */
    SMART(Host.Signal.TERM),
    /** Ends the sessions, writes a shutdown checkpoint. */
    FAST(Host.Signal.INT),
    /** Ends at once; the next start does a crash recovery. */
    IMMEDIATE(Host.Signal.QUIT),
    /** For processes that do not listen any more. */
    KILL(Host.Signal.KILL);

    private final Host.Signal signal;

    ServerSignal(Host.Signal signal) {
        this.signal = signal;
    }

    /** Sends it; a process that is gone already is no error. */
    void send(long pid) {
        Host.current().signal(pid, signal);
    }
}
