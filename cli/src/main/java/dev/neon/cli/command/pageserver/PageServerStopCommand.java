package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.workspace.Workspaces;

/** {@code neon pageserver stop}. */
public final class PageServerStopCommand extends Command {
    private final Flag keep = flag("--keep").help("let the servers run that it has started");

    @Override
    public Description description() {
        return Description.of("Stop the page server")
                .text("""
                        Breaks the sessions off that go through it, and ends it; then stops the servers that it has started, each with a
                        checkpoint. With --keep they run on, and the next page server takes them over. Servers that were started by hand run on
                        in any case. Ends with 1 if there was nothing to stop.
                        """)
                .example("neon pageserver stop", "Stops it and its servers.")
                .example("neon pageserver stop --keep", "Stops it alone.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) throws InterruptedException {
        Background background = new Background(invocation, Workspaces.open(invocation));
        boolean wasRunning = background.stop().isPresent();
        int servers = keep.isSet() ? 0 : background.stopServers();
        if (!wasRunning && servers == 0) {
            invocation.output().note("no page server was running");
            return ExitCode.NEGATIVE;
        }
        return ExitCode.OK;
    }
}
