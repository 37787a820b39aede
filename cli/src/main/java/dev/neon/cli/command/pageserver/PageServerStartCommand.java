package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.daemon.DaemonSettings;
import dev.neon.compute.workspace.Workspace;

/** {@code neon pageserver start}. */
public final class PageServerStartCommand extends Command {
    private final Flag foreground = flag("--foreground").help("run in this process until it is told to end, and show the log");
    private final Addresses.Options options = Addresses.options(this::option);

    @Override
    public Description description() {
        return Description.of("Start the page server: one port for all branches")
                .text("""
                        Listens on one port, 127.0.0.1:5432 if pageserver.listen says nothing else. A client that connects and names a branch,
                        by options=branch=<name> or as <database>@<name>, gets a server on it: one is started if none runs, and
                        stopped again when it has been idle for pageserver.suspendAfter, 5 minutes if left out. 'neon connection-string
                        --pageserver <branch>' prints how to connect.

                        It runs in the background until 'neon pageserver stop'. One that runs already is left alone. One that was killed
                        has left its servers running, and they are taken over.

                        At pageserver.http, 127.0.0.1:9898 if left out, it tells its state over HTTP: /live, /ready, /status and /metrics. In
                        the background it makes snapshots of branches that have much WAL, and runs 'neon gc --auto' at each
                        pageserver.gcInterval (1h); gc.auto = false turns that off. With pageserver.createBranches = main, branches that
                        clients name and that are not there are made of main, for as long as pageserver.createdBranchesExpire says.

                        Settings, for 'neon config set': pageserver.listen and pageserver.http (host:port; the latter also off), pageserver.suspendAfter and
                        branch.<name>.suspendAfter (a time, as 30min), pageserver.maxInstances (servers of its own, 16), pageserver.maxMemory
                        (what these may take together, as 4GB or 50%; no limit if left out), and pageserver.maxConnections (clients, 1000; at the next start).
                        """)
                .example("neon pageserver start", "Starts it on 127.0.0.1:5432.")
                .example("neon pageserver start --listen 127.0.0.1:64000", "Starts it on another port.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws InterruptedException {
        Workspace workspace = Workspaces.open(invocation);
        Addresses addresses = options.addresses();
        if (!foreground.isSet()) {
            new Background(invocation, workspace).start(addresses);
            return ExitCode.OK;
        }
        DaemonSettings settings = addresses.settings(workspace.repository().config());
        invocation.output().note("Starting pageserver at '" + settings.listen() + "' in " + PageServerText.repository(invocation, workspace));
        return Foreground.run(invocation, workspace, settings);
    }
}
