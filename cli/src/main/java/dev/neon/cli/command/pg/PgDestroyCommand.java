package dev.neon.cli.command.pg;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import java.time.Duration;

/** {@code neon pg destroy}. */
public final class PgDestroyCommand extends Command {
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final Parameter<String> name =
            parameter("name").completes(ValueKind.BRANCHES).help("the instance, named by its branch").required();

    @Override
    public Description description() {
        return Description.of("Stop an instance and remove its data directory")
                .text("The branch and all that was committed on it stay; 'neon start' makes the directory again.")
                .example("neon pg destroy main", "Removes the data directory of main.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        PgTarget target = PgTarget.of(workspace, name.get());
        workspace.instances().destroy(target.timeline(), WAIT);
        invocation.output().note("removed the data directory of " + target.name());
        return ExitCode.OK;
    }
}
