package dev.neon.compute.process;

import dev.neon.repo.error.StorageFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts programs that outlive us. */
public final class Launcher {
    private Launcher() {}

    /** Tells its pid and becomes the program: {@code $0} is the log. */
    private static final String BECOME = "echo $$; exec \"$@\" >>\"$0\" 2>&1";

    /**
     * Starts a server in a session of its own, and not as our child: neither Ctrl-C in our terminal nor our end reaches
     * it, and our end need not wait for it, as a JVM does for 300 ms while its reaper watches a child.
     *
     * @param command     program and arguments, wrapped by {@link ServerUser#wrap} where needed
     * @param directory   its working directory
     * @param log         where its standard output and error are appended; created if missing. Its input is empty
     * @param environment added to ours, from which PostgreSQL's own variables (PGPORT, ...) are left out
     * @return the pid of {@code command} itself; a program that does not exist says so in the log and is gone
     * @throws StorageFailedException if the log cannot be written or no process be started
     */
    public static long start(List<String> command, Path directory, Path log, Map<String, String> environment) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", BECOME, log.toString()));
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(Host.current().inOwnSession(words))
                .directory(directory.toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(Redirect.appendTo(log.toFile()));
        ProgramRun.cleanEnvironment(builder.environment());
        builder.environment().putAll(environment);
        try (BufferedReader output = builder.start().inputReader()) {
            String pid = output.readLine();
            if (pid == null) {
                throw new IOException("it ended at once");
            }
            return Long.parseLong(pid);
        } catch (IOException | NumberFormatException e) {
            throw new StorageFailedException("start", Path.of(command.getFirst()), e);
        }
    }
}
