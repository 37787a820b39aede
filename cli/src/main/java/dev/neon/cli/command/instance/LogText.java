package dev.neon.cli.command.instance;

import dev.neon.cli.io.Output;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** The end of a log, and what comes after it. */
public final class LogText {
    /** How many lines are shown if the user does not say. */
    public static final int DEFAULT_LINES = 100;
    private static final long POLL_MILLIS = 200;

    private LogText() {}

    /** Prints the last lines of a log; to follow it goes on until interrupted. */
    public static void print(Output output, Path file, int lines, boolean isFollowed) throws IOException, InterruptedException {
        try (BufferedReader log = Files.newBufferedReader(file)) {
            last(log, lines).forEach(output::line);
            while (isFollowed) {
                String line = log.readLine();
                if (line != null) {
                    output.line(line);
                } else {
                    output.flush();
                    Thread.sleep(POLL_MILLIS);
                }
            }
        }
    }

    private static Deque<String> last(BufferedReader log, int count) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            last.addLast(line);
            if (last.size() > count) {
                last.removeFirst();
            }
        }
        return last;
    }
}
