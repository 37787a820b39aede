package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Invocation;
import dev.neon.compute.daemon.DaemonFiles;
import dev.neon.compute.daemon.DaemonRecord;
import dev.neon.compute.daemon.DaemonState;
import dev.neon.compute.workspace.Workspace;
import java.nio.file.Path;
import java.util.Optional;

/** How commands speak of the page server. */
public final class PageServerText {
    static final String STARTED = "Page server started";

    private PageServerText() {}

    /** {@code page server running at '127.0.0.1:5432' (pid 4711)}; empty if none lets clients in. */
    public static Optional<String> running(Workspace workspace) {
        // No pattern switch: see ARCHITECTURE.md on the commands that answer at once.
        return new DaemonFiles(workspace.repository()).state() instanceof DaemonState.Running running
                ? Optional.of("page server " + place(running.record())) : Optional.empty();
    }

    /** {@code running at '127.0.0.1:5432' (pid 4711)}. */
    static String place(DaemonRecord record) {
        return "running at '" + record.address() + "' (pid " + record.pid() + ')';
    }

    /** The repository, by a short name where there is one. */
    static String repository(Invocation invocation, Workspace workspace) {
        Path directory = workspace.repository().directory();
        Path here = invocation.environment().directory();
        return directory.startsWith(here) && !directory.equals(here) ? here.relativize(directory).toString() : directory.toString();
    }
}
