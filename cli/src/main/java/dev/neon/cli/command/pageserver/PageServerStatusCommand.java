package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.daemon.DaemonFiles;
import dev.neon.compute.daemon.DaemonRecord;
import dev.neon.compute.daemon.DaemonState;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.process.Host;
import dev.neon.compute.proxy.ListenAddress;
import dev.neon.compute.proxy.OwnServers;
import dev.neon.compute.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code neon pageserver status}. */
public final class PageServerStatusCommand extends Command {
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("Show whether the page server runs")
                .text("Shows where it listens, and the servers that it has started, each with the memory that it takes where the operating system tells. "
                        + "Ends with 1 if it does not let clients in.")
                .example("neon pageserver status", "Shows it for people.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        DaemonState state = new DaemonFiles(workspace.repository()).state();
        OwnServers own = new OwnServers(workspace.repository());
        List<Instance> servers = workspace.instances().list().stream().filter(Instances.Listed::isRunning)
                .map(Instances.Listed::instance).filter(own::has).toList();
        Map<Long, Long> memory = Host.current().memory(servers.stream().map(Instance::pid).toList()).orElse(Map.of());
        if (json.isSet()) {
            printJson(invocation.output(), state, servers, memory);
        } else {
            print(invocation, state, servers, memory);
        }
        return state instanceof DaemonState.Running ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private static void print(Invocation invocation, DaemonState state, List<Instance> servers, Map<Long, Long> memory) {
        Output output = invocation.output();
        output.line(switch (state) {
            case DaemonState.Running(DaemonRecord record) -> "Page server " + PageServerText.place(record) + " for " + Sizes.duration(
                    Duration.between(record.started(), invocation.environment().clock().instant()).toSeconds());
            case DaemonState.Busy(String owner) -> "Page server starts or ends, held by " + owner;
            case DaemonState.Stopped(Optional<Long> killed) -> killed.map(pid -> "Page server crashed (pid " + pid
                    + "); 'neon pageserver start' takes its servers over").orElse("No page server running");
        });
        if (state instanceof DaemonState.Running(DaemonRecord record)) {
            record.http().ifPresent(address -> output.line("It tells its state at http://" + address));
        }
        servers.forEach(server -> output.line("  " + server.label() + " on port " + server.port() + " (pid " + server.pid()
                + Optional.ofNullable(memory.get(server.pid())).map(bytes -> ", " + Sizes.bytes(bytes)).orElse("") + ')'));
    }

    private static void printJson(Output output, DaemonState state, List<Instance> servers, Map<Long, Long> memory) {
        Optional<DaemonRecord> record = state instanceof DaemonState.Running running ? Optional.of(running.record()) : Optional.empty();
        output.json(out -> out.object(() -> out.put("state", word(state)).putNumber("pid", record.map(DaemonRecord::pid))
                .put("address", record.map(DaemonRecord::address).map(ListenAddress::toString))
                .put("http", record.flatMap(DaemonRecord::http).map(ListenAddress::toString))
                .put("started", record.map(DaemonRecord::started).map(Object::toString))
                .putArray("servers", servers, server -> out.object(() -> out.put("branch", server.label()).put("port", server.port())
                        .put("timeline", server.timeline().hex()).putNumber("memory", Optional.ofNullable(memory.get(server.pid())))))));
    }

    private static String word(DaemonState state) {
        return switch (state) {
            case DaemonState.Running _ -> "running";
            case DaemonState.Busy _ -> "busy";
            case DaemonState.Stopped stopped -> stopped.killed().isPresent() ? "crashed" : "stopped";
        };
    }
}
