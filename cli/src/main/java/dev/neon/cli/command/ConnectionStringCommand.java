package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.ServerTarget;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.daemon.DaemonFiles;
import dev.neon.compute.daemon.DaemonState;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotFoundException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** {@code neon connection-string}. */
final class ConnectionStringCommand extends Command {
    private final Option<String> database = option("-d", "--dbname").label("name")
            .help("the database, postgres if left out").text();
    private final Flag socket = flag("--socket").help("go through the unix socket");
    private final Flag pageServer = flag("--pageserver").help("go through the page server, which starts the branch's server when needed");
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.RUNNING)
            .help("the branch, HEAD's if left out").optional();

    @Override
    public Description description() {
        return Description.of("Print the connection string of a running branch")
                .text("Prints a URI that libpq, psql and most drivers take.")
                .example("psql \"$(neon connection-string main)\"", "Connects with any psql.")
                .example("neon connection-string --pageserver heikki", "Prints one by which the branch need not run yet.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        if (pageServer.isSet()) {
            invocation.output().line(throughPageServer(workspace));
            return ExitCode.OK;
        }
        Instance instance = ServerTarget.require(workspace, branch.get());
        String user = Workspaces.user(workspace);
        String name = database.orElse("postgres");
        invocation.output().line(socket.isSet() ? "postgresql://" + user + "@/" + name + "?host="
                + URLEncoder.encode(instance.socketDirectory().toString(), StandardCharsets.UTF_8) + "&port="
                + instance.port() : instance.connectionString(user, name));
        return ExitCode.OK;
    }

    private String throughPageServer(Workspace workspace) {
        if (socket.isSet()) {
            throw new UsageException("'--pageserver' and '--socket' exclude each other");
        }
        String named = Workspaces.branch(workspace, branch.get()).shortName();
        if (!(new DaemonFiles(workspace.repository()).state() instanceof DaemonState.Running running)) {
            throw new NotFoundException("no page server is running", "Start it with 'neon pageserver start'.");
        }
        return "postgresql://" + Workspaces.user(workspace) + '@' + running.record().address() + '/' + database.orElse("postgres")
                + "?options=" + URLEncoder.encode("branch=" + named, StandardCharsets.UTF_8);
    }
}
