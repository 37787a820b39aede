package dev.neon.cli.command.pg;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Starting;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotFoundException;
import java.nio.file.Files;

/** {@code neon pg start}. */
public final class PgStartCommand extends Command {
    private final Parameter<String> name =
            parameter("name").completes(ValueKind.BRANCHES).help("the instance, named by its branch").required();

    @Override
    public Description description() {
        return Description.of("Start an instance made with 'neon pg create'")
                .text("Part of the older spelling of 'neon start'.")
                .example("neon pg start main", "Starts the instance of main.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED,
                        ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        PgTarget target = PgTarget.of(workspace, name.get());
        if (!Files.exists(workspace.repository().dataDirectory(target.timeline()))) {
            throw new NotFoundException("there is no postgres instance of '" + target.name() + "'",
                    "Make one with 'neon pg create " + target.name() + "'.");
        }
        Instances.Started started = Starting.announce(invocation, target.name(),
                () -> workspace.instances().start(StartRequest.of(target.timeline(), target.name())));
        invocation.output().line("Starting postgres node at 'host=" + started.instance().clientHost() + " port="
                + started.instance().port() + " user=" + Workspaces.user(workspace) + "'");
        return ExitCode.OK;
    }
}
