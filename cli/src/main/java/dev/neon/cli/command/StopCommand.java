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
import dev.neon.cli.workspace.BackgroundCollection;
import dev.neon.cli.workspace.ServerTarget;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code neon stop}. */
final class StopCommand extends Command {
    /** How a server is asked to end, as pg_ctl's modes. */
    enum Mode { SMART, FAST, IMMEDIATE }

    private static final int DEFAULT_TIMEOUT = 60;

    private final Flag all = flag("-a", "--all").help("stop every server of the repository");
    private final Option<Mode> mode = option("-m", "--mode").label("mode").help("how to stop, fast if left out")
            .of(Mode.class);
    private final Option<Integer> timeout = option("--timeout").label("seconds")
            .help("how long to wait before it is stopped harder; 60 if left out").integer(0);
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.RUNNING)
            .help("the branch, HEAD's if left out").optional();

    @Override
    public Description description() {
        return Description.of("Stop the server of a branch")
                .text("""
                        Ends the sessions and writes a checkpoint, so that the next start needs no recovery. A server that
                        does not end in time is stopped harder; nothing that was committed is lost in any mode.
                        """)
                .example("neon stop main", "Stops the server on main.")
                .example("neon stop --all", "Stops all servers of the repository.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        if (all.isSet()) {
            if (branch.isPresent()) {
                throw new UsageException("'--all' and a branch exclude each other");
            }
            List<Instances.Listed> running = workspace.instances().list();
            if (running.isEmpty()) {
                invocation.output().note("no server is running");
            }
            running.forEach(listed -> stop(invocation, workspace, listed.instance().timeline(),
                    listed.instance().label()));
            return ExitCode.OK;
        }
        ServerTarget target = ServerTarget.find(workspace, branch.get());
        return stop(invocation, workspace, target.timeline(), target.label());
    }

    private ExitCode stop(Invocation invocation, Workspace workspace, TimelineId timeline, String label) {
        ServerSignal first = switch (mode.orElse(Mode.FAST)) {
            case SMART -> ServerSignal.SMART;
            case FAST -> ServerSignal.FAST;
            case IMMEDIATE -> ServerSignal.IMMEDIATE;
        };
        Optional<ServerSignal> sent = workspace.instances().stop(timeline, first,
                Duration.ofSeconds(timeout.orElse(DEFAULT_TIMEOUT)));
        if (sent.isEmpty()) {
            invocation.output().note("no server was running on " + label);
            return ExitCode.NEGATIVE;
        }
        if (sent.get() != first) {
            invocation.output().warning("the server on " + label + " did not end in time and was stopped harder");
        }
        invocation.output().note("stopped the server on " + label);
        if (workspace.repository().timelines().exists(timeline)) {
            new BackgroundCollection(workspace).startIfDue(invocation, timeline);
        }
        return ExitCode.OK;
    }
}
