package dev.neon.compute.process;

import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.PostgresFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A short program that ran to its end, with nothing on its standard input as a rule, and messages in English.
 *
 * @param command  what ran, with its arguments
 * @param exitCode 0 for success; 128 and the number of the signal if one ended it
 * @param output   what it printed, standard output and standard error as they came
 */
public record ProgramRun(List<String> command, int exitCode, String output) {
    private static final int LAST_LINES = 20;

    /**
     * Runs a program until it exits.
     *
     * @param limit how long it may take; it is killed after that
     * @throws NotFoundException       if there is no such program, or we may not run it
     * @throws PostgresFailedException if it took too long, or our thread was interrupted
     */
    public static ProgramRun of(List<String> command, Duration limit) {
        return of(command, Path.of("/dev/null"), limit);
    }

    /**
     * As the other.
     *
     * @param input the file that the program reads from
     */
    public static ProgramRun of(List<String> command, Path input, Duration limit) {
        Process process = start(command, builder -> builder.redirectInput(Redirect.from(input.toFile()))
                .redirectErrorStream(true));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        // A virtual thread would cost a short command the start of a scheduler.
        Thread reader = Thread.ofPlatform().daemon().start(() -> drain(process.getInputStream(), output));
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failed(command, "took longer than " + limit.toSeconds() + " s", text(output));
            }
            // A child that it left behind may hold the pipe open, so do not wait for the end of it for long.
            reader.join(Duration.ofSeconds(1));
            return new ProgramRun(command, process.exitValue(), text(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(command, "was interrupted", text(output));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Whether the program exists and exits with 0 within the limit. */
    static boolean succeeds(List<String> command, Duration limit) {
        try {
            return of(command, limit).exitCode == 0;
        } catch (NotFoundException | PostgresFailedException e) {
            return false;
        }
    }

    /**
     * This run, if the program was content.
     *
     * @throws PostgresFailedException with the last lines of output otherwise
     */
    public ProgramRun orThrow(String hint) {
        if (exitCode != 0) {
            throw new PostgresFailedException("'" + name(command) + "' failed with exit code " + exitCode,
                    lastLines(output), hint);
        }
        return this;
    }

    /**
     * Starts a program to talk to, with messages in English; the caller ends it.
     *
     * @throws NotFoundException if there is no such program, or we may not run it
     */
    public static Process start(List<String> command) {
        return start(command, builder -> {});
    }

    private static Process start(List<String> command, Consumer<ProcessBuilder> redirection) {
        ProcessBuilder builder = new ProcessBuilder(command);
        redirection.accept(builder);
        cleanEnvironment(builder.environment());
        builder.environment().put("LC_ALL", "C");
        try {
            return builder.start();
        } catch (IOException e) {
            boolean forbidden = String.valueOf(e.getMessage()).contains("Permission denied");
            throw new NotFoundException(
                    "unable to run '" + command.getFirst() + "': "
                            + (forbidden ? "permission denied" : "no such program"),
                    forbidden ? "Let your user execute it." : "Install it, or put it on the PATH.");
        }
    }

    /**
     * PGPORT, PGDATESTYLE, PGCLIENTENCODING and PGDATA of the caller would override what a data directory says (REL_18
     * guc.c InitializeGUCOptionsFromEnvironment).
     */
    static void cleanEnvironment(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("PG"));
    }

    private static void drain(InputStream from, ByteArrayOutputStream to) {
        try (from) {
            byte[] buffer = new byte[8192];
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                to.write(buffer, 0, n);
            }
        } catch (IOException closed) {
            // Killed: what came until then is what there is.
        }
    }

    private static String text(ByteArrayOutputStream output) {
        return output.toString(StandardCharsets.UTF_8);
    }

    private static PostgresFailedException failed(List<String> command, String what, String output) {
        return new PostgresFailedException("'" + name(command) + "' " + what, lastLines(output),
                "Run '" + String.join(" ", command) + "' to see more.");
    }

    /** The program meant, not the one that changes the user for it. */
    private static String name(List<String> command) {
        int separator = command.indexOf("--");
        return Path.of(command.get(separator + 1 < command.size() ? separator + 1 : 0)).getFileName().toString();
    }

    private static String lastLines(String output) {
        List<String> lines = output.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}
