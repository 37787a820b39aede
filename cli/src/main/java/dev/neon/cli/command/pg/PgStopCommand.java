package dev.neon.cli.command.pg;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.workspace.Workspace;
import java.time.Duration;

/** {@code neon pg stop}. */
public final class PgStopCommand extends Command {
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final Parameter<String> name =
            parameter("name").completes(ValueKind.RUNNING).help("the instance, named by its branch").required();

    @Override
    public Description description() {
        return Description.of("Stop an instance")
                .text("Part of the older spelling of 'neon stop'.")
                .example("neon pg stop main", "Stops the instance of main.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        PgTarget target = PgTarget.of(workspace, name.get());
        boolean stopped = workspace.instances().stop(target.timeline(), ServerSignal.FAST, WAIT).isPresent();
        invocation.output().note(stopped ? "stopped the server on " + target.name()
                : "no server was running on " + target.name());
        return stopped ? ExitCode.OK : ExitCode.NEGATIVE;
    }
}
