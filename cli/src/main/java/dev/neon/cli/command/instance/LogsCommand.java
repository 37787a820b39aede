package dev.neon.cli.command.instance;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.ServerTarget;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code neon instance logs}. */
public final class LogsCommand extends Command {
    private final Flag follow = flag("-f", "--follow").help("go on as the log grows, until interrupted");
    private final Option<Integer> lines = option("-n", "--lines").label("count")
            .help("how many of the last lines, 100 if left out").integer(0);
    private final OptionalParameter<String> branch = parameter("branch").completes(ValueKind.BRANCHES)
            .help("the branch, HEAD's if left out").optional();

    @Override
    public Description description() {
        return Description.of("Show the log of a branch's server")
                .text("The log outlives the server, so it also tells why one did not start.")
                .example("neon instance logs main", "Shows the last 100 lines.")
                .example("neon instance logs -f main", "Follows the log.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws IOException, InterruptedException {
        Workspace workspace = Workspaces.open(invocation);
        ServerTarget target = ServerTarget.find(workspace, branch.get());
        Path file = workspace.instances().log(target.timeline()).file();
        if (!Files.exists(file)) {
            throw new NotFoundException("no server has run on '" + target.label() + "' yet",
                    "Start one with 'neon start " + target.label() + "'.");
        }
        LogText.print(invocation.output(), file, lines.orElse(LogText.DEFAULT_LINES), follow.isSet());
        return ExitCode.OK;
    }
}
