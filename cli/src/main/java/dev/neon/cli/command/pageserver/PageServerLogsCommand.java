package dev.neon.cli.command.pageserver;

import dev.neon.cli.command.instance.LogText;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.daemon.DaemonFiles;
import dev.neon.repo.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code neon pageserver logs}. */
public final class PageServerLogsCommand extends Command {
    private final Flag follow = flag("-f", "--follow").help("go on as the log grows, until interrupted");
    private final Option<Integer> lines = option("-n", "--lines").label("count")
            .help("how many of the last lines, 100 if left out").integer(0);

    @Override
    public Description description() {
        return Description.of("Show the log of the page server")
                .text("The log outlives the page server, so it also tells why it did not start. A long one is set aside and begun anew.")
                .example("neon pageserver logs -f", "Follows the log.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws IOException, InterruptedException {
        Path log = new DaemonFiles(Workspaces.open(invocation).repository()).log();
        if (!Files.exists(log)) {
            throw new NotFoundException("no page server has run yet", "Start one with 'neon pageserver start'.");
        }
        LogText.print(invocation.output(), log, lines.orElse(LogText.DEFAULT_LINES), follow.isSet());
        return ExitCode.OK;
    }
}
