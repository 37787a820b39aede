package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.daemon.DaemonFiles;
import dev.neon.compute.daemon.DaemonRecord;
import dev.neon.compute.daemon.DaemonSettings;
import dev.neon.compute.daemon.DaemonState;
import dev.neon.compute.daemon.HttpChoice;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.UnsupportedException;
import java.util.Optional;

/** {@code neon pageserver restart}. */
public final class PageServerRestartCommand extends Command {
    private final Addresses.Options options = Addresses.options(this::option);

    @Override
    public Description description() {
        return Description.of("Restart the page server and keep its servers")
                .text("""
                        Ends the sessions that go through it; its servers run on, and the new one takes them over. It listens, and tells its
                        state over HTTP, where the options say, else where the configuration says, else where it did. One that is not running is
                        started. One that systemd or launchd has started is to be restarted by these, and the command says how.
                        """)
                .example("neon pageserver restart", "Restarts it, for example after an upgrade of neon.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws InterruptedException {
        Workspace workspace = Workspaces.open(invocation);
        RepositoryConfig config = workspace.repository().config();
        // What is wrong is to be found before anything is stopped.
        Addresses given = options.addresses();
        given.settings(config);
        Background.launcher(invocation);
        requireNoService(workspace);
        Background background = new Background(invocation, workspace);
        Optional<DaemonRecord> before = background.stop();
        background.start(new Addresses(
                given.listen().or(() -> unlessConfigured(config, DaemonSettings.LISTEN_KEY, before.map(DaemonRecord::address))),
                // What nobody has chosen is the default again.
                given.http().or(() -> unlessConfigured(config, DaemonSettings.HTTP_KEY, before.map(DaemonRecord::again)).filter(HttpChoice::isChosen))));
        return ExitCode.OK;
    }

    /** Else its manager would take it for ended, and the new one would be nobody's. */
    private static void requireNoService(Workspace workspace) {
        if (new DaemonFiles(workspace.repository()).state() instanceof DaemonState.Running running && running.record().restart().isPresent()) {
            throw new UnsupportedException("the page server with pid " + running.record().pid() + " was started by a service manager, which is to restart it",
                    "Run '" + running.record().restart().get() + "'. Where it listens is set by 'neon config set pageserver.listen' and 'pageserver.http'.");
        }
    }

    private static <T> Optional<T> unlessConfigured(RepositoryConfig config, String key, Optional<T> before) {
        return config.get(key).isPresent() ? Optional.empty() : before;
    }
}
