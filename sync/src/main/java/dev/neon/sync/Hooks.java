package dev.neon.sync;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Programs that a repository's owner has put into {@code hooks/} of it, named as git's. One is run if it is an executable
 * file, in the repository's directory, with NEON_DIR set to that; it gets lines on its standard input, and what it
 * prints is told to whoever is refused. It has {@code hooks.timeout} of the configuration, or a minute, and is then ended.
 */
public final class Hooks {
    private static final String DIRECTORY = "hooks";
    private static final String TIMEOUT = "hooks.timeout";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);
    /** What it prints may be held open by a program that it has left running. */
    private static final Duration REST = Duration.ofSeconds(1);
    private static final int LONGEST_OUTPUT = 1500;

    private static final Hooks NONE = new Hooks(Optional.empty());

    private final Optional<Repository> repository;

    private Hooks(Optional<Repository> repository) {
        this.repository = repository;
    }

    /** Those of a repository. */
    public static Hooks of(Repository repository) {
        return new Hooks(Optional.of(repository));
    }

    /** Where none is to be run. */
    public static Hooks none() {
        return NONE;
    }

    /** When one is run. */
    public enum Hook {
        /** Before any ref is changed that somebody pushes; declines all. Lines {@code <old> <new> <ref>}, "-" for nothing. */
        PRE_RECEIVE("pre-receive"),
        /** Before each of them, with the arguments ref, old and new; declines that one. */
        UPDATE("update"),
        /** When they are changed, with the lines of those that were; declines nothing. */
        POST_RECEIVE("post-receive"),
        /** Before anything is sent, with the remote's name and address; lines {@code <ref> <tip> <their ref> <their tip>}. */
        PRE_PUSH("pre-push");

        private final String file;

        Hook(String file) {
            this.file = file;
        }
    }

    /**
     * Runs one, if it is there.
     *
     * @param input lines, without their newlines
     * @return why it declines; empty if it does not
     */
    public Optional<String> run(Hook hook, List<String> arguments, List<String> input) {
        if (repository.isEmpty()) {
            return Optional.empty();
        }
        Path directory = repository.get().directory().toAbsolutePath();
        Path program = directory.resolve(DIRECTORY).resolve(hook.file);
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            return Optional.empty();
        }
        return run(hook, directory, program, repository.get().config().getDuration(TIMEOUT).orElse(DEFAULT_TIMEOUT), arguments, input);
    }

    private static Optional<String> run(Hook hook, Path directory, Path program, Duration timeout, List<String> arguments, List<String> input) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("NEON_DIR", directory.toString());
        Process process;
        try {
            process = builder.start();
        } catch (IOException failure) {
            throw new StorageFailedException("run", program, failure);
        }
        Output output = new Output(process.getInputStream());
        Thread writer = Thread.startVirtualThread(() -> give(process.getOutputStream(), input));
        Thread reader = Thread.startVirtualThread(output::read);
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.of(hook.file + " hook declined: it did not end within " + timeout.toSeconds() + " s");
            }
            reader.join(REST);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.of(hook.file + " hook declined: it was interrupted");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            writer.interrupt();
            reader.interrupt();
        }
        String said = output.text();
        return process.exitValue() == 0 ? Optional.empty() : Optional.of(hook.file + " hook declined" + (said.isEmpty() ? "" : ": " + said));
    }

    private static void give(OutputStream to, List<String> lines) {
        try (to) {
            for (String line : lines) {
                to.write((line + '\n').getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException unread) {
            // Not every hook wants to know.
        }
    }

    /** What a hook prints: its beginning is kept, the rest read so that it can end. */
    private static final class Output {
        private final InputStream in;
        private final StringBuffer kept = new StringBuffer();

        Output(InputStream in) {
            this.in = in;
        }

        void read() {
            byte[] buffer = new byte[4096];
            try (in) {
                for (int some = in.read(buffer); some >= 0; some = in.read(buffer)) {
                    kept.append(new String(buffer, 0, Math.max(0, Math.min(some, LONGEST_OUTPUT - kept.length())), StandardCharsets.UTF_8));
                }
            } catch (IOException ended) {
                // With its process.
            }
        }

        /** In one line: it goes where others say why a ref is refused. */
        String text() {
            return kept.toString().strip().replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\p{Cntrl}", " ");
        }
    }
}
