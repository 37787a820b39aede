package dev.neon.cli.command;

import dev.neon.cli.command.pageserver.PageServerText;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Table;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.proxy.OwnServers;
import dev.neon.compute.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** {@code neon ps}. */
final class PsCommand extends Command {
    private final Flag json = json();
    private final Flag porcelain = porcelain();

    @Override
    public Description description() {
        return Description.of("List the servers")
                .text("""
                        Lists the servers that were started and not stopped, by the present names of their branches; one
                        whose branch is gone is shown by its timeline's id, and stopped by it. A server that is gone
                        without having been stopped is shown as crashed; 'neon start' recovers it. Those that the page server has
                        started, and will stop when they are idle, are marked.
                        """)
                .example("neon ps", "Lists the servers of the repository.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        List<Instances.Listed> servers = workspace.instances().list();
        OwnServers own = new OwnServers(workspace.repository());
        Output output = invocation.output();
        if (json.isSet()) {
            output.json(out -> out.array(servers, server -> out.object(() -> out.put("branch", server.instance().label())
                    .put("state", state(server)).put("pid", server.instance().pid())
                    .put("port", server.instance().port()).put("listen", server.instance().listen())
                    .put("socketDirectory", server.instance().socketDirectory().toString())
                    .put("readOnly", server.instance().readOnly())
                    .put("started", server.instance().started().toString())
                    .put("timeline", server.instance().timeline().hex())
                    .put("pageserver", own.has(server.instance())))));
        } else if (porcelain.isSet()) {
            servers.forEach(server -> output.line(String.join("\t", server.instance().label(), state(server),
                    Long.toString(server.instance().pid()), Integer.toString(server.instance().port()),
                    server.instance().started().toString(), server.instance().timeline().hex())));
        } else if (!servers.isEmpty()) {
            Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.RIGHT, Table.Align.RIGHT,
                    Table.Align.RIGHT, Table.Align.LEFT).header("BRANCH", "STATE", "PID", "PORT", "UP", "TIMELINE");
            servers.forEach(server -> table.row(label(server.instance(), own), state(server),
                    Long.toString(server.instance().pid()), Integer.toString(server.instance().port()),
                    up(server, invocation), server.instance().timeline().hex()));
            output.table(table);
        } else {
            output.note("no server is running");
        }
        if (!json.isSet() && !porcelain.isSet()) {
            PageServerText.running(workspace).ifPresent(output::note);
        }
        return ExitCode.OK;
    }

    private static String label(Instance instance, OwnServers own) {
        return instance.label() + (instance.readOnly() ? " (read-only)" : "") + (own.has(instance) ? " (page server)" : "");
    }

    private static String up(Instances.Listed server, Invocation invocation) {
        return server.state() == Instance.State.CRASHED ? "-" : Sizes.duration(Duration.between(
                server.instance().started(), invocation.environment().clock().instant()).toSeconds());
    }

    private static String state(Instances.Listed server) {
        return server.state().name().toLowerCase(Locale.ROOT);
    }
}
