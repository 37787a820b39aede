package dev.neon.compute.process;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts programs that outlive us. */
public final class Launcher {
    private Launcher() {}

    /**
     * Starts a server in a session of its own: neither Ctrl-C in our terminal nor our end reaches it.
     *
     * @param command     program and arguments, wrapped by {@link ServerUser#wrap} where needed
     * @param directory   its working directory
     * @param log         where its standard output and error are appended; created if missing. Its input is empty
     * @param environment added to ours, from which PostgreSQL's own variables (PGPORT, ...) are left out
     * @return the process; its pid is that of {@code command} itself
     * @throws StorageFailedException if the program cannot be started or the log not written
     */
    public static ProcessHandle start(List<String> command, Path directory, Path log, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(Host.current().inOwnSession(command))
                .directory(directory.toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        ProgramRun.cleanEnvironment(builder.environment());
        builder.environment().putAll(environment);
        try {
            return builder.start().toHandle();
        } catch (IOException e) {
            throw new StorageFailedException("start", Path.of(command.getFirst()), e);
        }
    }
}
