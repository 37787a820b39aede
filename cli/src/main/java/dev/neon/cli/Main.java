package dev.neon.cli;

import dev.neon.cli.command.Commands;
import dev.neon.cli.framework.Dispatcher;
import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Interruption;

/** The program {@code neon}. */
public final class Main {
    private Main() {}

    /**
     * Runs one command line and ends the process with its exit code.
     *
     * @param words what follows {@code neon}
     */
    public static void main(String[] words) {
        Interruption.handle();
        int status = new Dispatcher(Commands.tree()).run(Environment.ofProcess(), words);
        // exit() starts the platform's logging, and returning waits 300 ms for the thread that watches a server we
        // started. Nothing is left to do: the streams are flushed, and the one hook is for interruptions.
        Runtime.getRuntime().halt(status);
    }
}
