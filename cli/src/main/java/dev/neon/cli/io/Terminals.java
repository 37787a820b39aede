package dev.neon.cli.io;

import java.io.Console;

/** Which of the standard streams are terminals: prompts need the input, colours and progress the streams they go to. */
public record Terminals(boolean in, boolean out, boolean err) {
    /** No stream is a terminal, as in a pipeline or a test. */
    public static final Terminals NONE = new Terminals(false, false, false);

    /**
     * The launcher tells, because the shell knows at no cost which descriptors are terminals and Java knows only
     * whether the first two both are.
     */
    static Terminals ofProcess() {
        String descriptors = System.getProperty("neon.terminals");
        if (descriptors != null) {
            return new Terminals(descriptors.indexOf('0') >= 0, descriptors.indexOf('1') >= 0,
                    descriptors.indexOf('2') >= 0);
        }
        Console console = System.console();
        boolean interactive = console != null && console.isTerminal();
        return new Terminals(interactive, interactive, interactive);
    }
}
