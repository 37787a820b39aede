package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Options;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.ServerTarget;
import dev.neon.cli.workspace.Starting;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.Ports;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** {@code neon restart}. */
final class RestartCommand extends Command {
    private static final Duration STOP = Duration.ofSeconds(60);

    private final Option<Integer> port = option("-p", "--port").label("port").help("another TCP port")
            .integer(1, Ports.LAST);
    private final Option<String> listen = option("--listen").label("addresses")
            .help("other addresses to listen on").text();
    private final Options<String> settings = option("-c", "--set").label("name=value")
            .help("settings in place of those it was started with").texts();
    private final Option<Path> binaries = option("--pg-bin").label("dir").completes(ValueKind.DIRECTORY)
            .help("directory of another PostgreSQL's programs, of the same major").path();
    private final Flag json = json();
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.RUNNING)
            .help("the branch, HEAD's if left out").optional();

    @Override
    public Description description() {
        return Description.of("Restart the server of a branch")
                .text("Stops the server and starts it again with the same port and settings. One that is not running is"
                        + " started.")
                .example("neon restart main", "Restarts the server on main.")
                .example("neon restart main -c shared_buffers=1GB", "Restarts it with another setting.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED,
                        ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        ServerTarget target = ServerTarget.find(workspace, branch.get());
        TimelineId timeline = target.ref().map(name -> workspace.timelines().writable(name, target.timeline()))
                .orElse(target.timeline());
        // What is no branch cannot be started by its name, so it has to run.
        Optional<Instance> running = target.ref().isPresent() ? workspace.instances().find(timeline)
                : Optional.of(workspace.instances().require(timeline, target.label()));
        StartRequest before = running.map(Instance::again).orElseGet(() -> StartRequest.of(timeline, target.label()));
        StartRequest request = new StartRequest(timeline, target.label(), before.readOnly(),
                port.get().or(before::port), listen.get().or(before::listen),
                settings.get().isEmpty() ? before.settings() : settings.get(),
                binaries.get().map(invocation::resolve).or(before::binDirectory), before.timeout());
        Instances.Started started = Starting.announce(invocation, Starting.describe(request),
                () -> running.isPresent() ? workspace.restart(running.get(), request, STOP)
                        : workspace.start(request));
        Starting.result(invocation, workspace, started, json.isSet());
        return ExitCode.OK;
    }
}
