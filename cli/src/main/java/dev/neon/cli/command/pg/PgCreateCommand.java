package dev.neon.cli.command.pg;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.AlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code neon pg create}. */
public final class PgCreateCommand extends Command {
    private final Parameter<String> branch =
            parameter("branch").completes(ValueKind.BRANCHES).help("the branch").required();

    @Override
    public Description description() {
        return Description.of("Make the data directory of a branch")
                .text("Part of the older spelling; 'neon start' makes the data directory by itself.")
                .example("neon pg create main", "Makes the data directory of main.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        PgTarget target = PgTarget.of(workspace, branch.get());
        Path directory = workspace.repository().dataDirectory(target.timeline());
        if (Files.exists(directory)) {
            throw new AlreadyExistsException("a postgres instance of '" + target.name() + "' exists already",
                    "Start it with 'neon pg start " + target.name() + "'.");
        }
        int port = workspace.instances().nextPort();
        invocation.output().line("Extracting base backup to create postgres instance: path=" + directory + " port="
                + port);
        workspace.instances().prepare(target.timeline());
        return ExitCode.OK;
    }
}
