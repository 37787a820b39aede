package dev.neon.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Programs that are run to their end. */
final class Program {
    private Program() {}

    /**
     * What a program printed, and how long it took from its start to its end.
     *
     * @param millis wall time
     */
    record Result(String out, double millis) {}

    static Result run(Path directory, Map<String, String> environment, String... command) {
        return run(directory, environment, List.of(command));
    }

    /** @throws IllegalStateException if it fails; the message has what it printed */
    static Result run(Path directory, Map<String, String> environment, List<String> command) {
        try {
            File out = Files.createTempFile("neon-bench", ".out").toFile();
            File err = Files.createTempFile("neon-bench", ".err").toFile();
            // In case that this process is interrupted before it comes to delete them itself.
            out.deleteOnExit();
            err.deleteOnExit();
            try {
                ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                        .redirectOutput(out).redirectError(err);
                builder.environment().putAll(environment);
                long begin = System.nanoTime();
                int status = builder.start().waitFor();
                double millis = (System.nanoTime() - begin) / 1e6;
                if (status != 0) {
                    throw new IllegalStateException(String.join(" ", command) + " ended with " + status + ": "
                            + Files.readString(out.toPath()) + Files.readString(err.toPath()));
                }
                return new Result(Files.readString(out.toPath()), millis);
            } finally {
                Files.delete(out.toPath());
                Files.delete(err.toPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
