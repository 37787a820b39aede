package dev.neon.compute.instance;

import dev.neon.compute.process.ProgramRun;
import java.time.Duration;
import java.util.List;

/** What a postmaster is told to do ({@code REL_17 postmaster.c process_pm_shutdown_request}). */
public enum ServerSignal {
    /** Waits for all sessions to end. */
    SMART("TERM"),
    /** Ends the sessions, writes a shutdown checkpoint. */
    FAST("INT"),
    /** Ends at once; the next start does a crash recovery. */
    IMMEDIATE("QUIT"),
    /** For processes that do not listen any more. */
    KILL("KILL");

    private final String name;

    ServerSignal(String name) {
        this.name = name;
    }

    /** Sends it; a process that is gone already is no error. Java itself can only send TERM and KILL. */
    void send(long pid) {
        ProgramRun.of(List.of("sh", "-c", "kill -" + name + " " + pid), Duration.ofSeconds(10));
    }
}
