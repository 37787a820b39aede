package dev.neon.cli.io;

import java.time.Duration;

/**
 * What a Ctrl-C does: it interrupts the thread that runs the command, which then removes what it has half made and
 * stops a server that is half started. A process has one of these, as it has one terminal.
 */
public final class Interruption {
    /** A command that does not listen for so long is ended as it is; what it leaves is removed by a later one. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static volatile boolean foreground;

    private Interruption() {}

    /** Has the calling thread interrupted when the process is told to end. */
    public static void handle() {
        Thread command = Thread.currentThread();
        // Not a lambda: the first one of a process costs some milliseconds.
        Runtime.getRuntime().addShutdownHook(new Thread("interruption") {
            @Override
            public void run() {
                command.interrupt();
                try {
                    do {
                        command.join(PATIENCE);
                    } while (foreground && command.isAlive());
                } catch (InterruptedException nobodyDoes) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }

    /** Does what a command does at its end, which may take its time. */
    public static void finish(Runnable work) {
        foreground = true;
        try {
            work.run();
        } finally {
            foreground = false;
        }
    }

    /** Waits for a program that shares our terminal: Ctrl-C reaches it as well, and it decides what that means. */
    public static int await(Process program) {
        foreground = true;
        try {
            while (true) {
                try {
                    return program.waitFor();
                } catch (InterruptedException forTheProgram) {
                    // It got the signal, too.
                }
            }
        } finally {
            foreground = false;
        }
    }
}
