package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.daemon.DaemonRecord;
import dev.neon.compute.daemon.DaemonSettings;
import dev.neon.compute.daemon.HttpChoice;
import dev.neon.compute.proxy.ListenAddress;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.config.RepositoryConfig;
import java.util.Optional;

/** {@code neon pageserver restart}. */
public final class PageServerRestartCommand extends Command {
    private final Option<ListenAddress> listen = option(Addresses.LISTEN).label(Addresses.LABEL)
            .help("where clients are to connect from now on").as(Addresses::listen);
    private final Option<HttpChoice> http = option(Addresses.HTTP).label(Addresses.LABEL)
            .help("where it is to tell its state over HTTP from now on, or off").as(Addresses::http);

    @Override
    public Description description() {
        return Description.of("Restart the page server and keep its servers")
                .text("""
                        Breaks the sessions off that go through it; its servers run on, and the new one takes them over. It listens where the
                        options say, else where the configuration says, else where it did. One that is not running is started.
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
        Addresses given = Addresses.of(listen, http);
        given.settings(config);
        Background.launcher(invocation);
        Background background = new Background(invocation, workspace);
        Optional<DaemonRecord> before = background.stop();
        background.start(new Addresses(
                given.listen().or(() -> unlessConfigured(config, DaemonSettings.LISTEN_KEY, before.map(DaemonRecord::address))),
                given.http().or(() -> unlessConfigured(config, DaemonSettings.HTTP_KEY, before.flatMap(DaemonRecord::http)).map(HttpChoice::at))));
        return ExitCode.OK;
    }

    private static Optional<ListenAddress> unlessConfigured(RepositoryConfig config, String key, Optional<ListenAddress> before) {
        return config.get(key).isPresent() ? Optional.empty() : before;
    }
}
