package dev.neon.cli.command.pg;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.BranchListing;
import dev.neon.compute.workspace.Workspace;
import java.nio.file.Files;

/** {@code neon pg list}. */
public final class PgListCommand extends Command {
    @Override
    public Description description() {
        return Description.of("List the instances")
                .text("Part of the older spelling; lists the branches that have a data directory. 'neon ps' tells more.")
                .example("neon pg list", "Lists the instances.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        invocation.output().line("BRANCH\tADDRESS\t\tLSN\t\tSTATUS");
        for (BranchListing.Entry entry : workspace.branchListing().list()) {
            if (entry.timeline().map(workspace.repository()::dataDirectory).filter(Files::exists).isPresent()) {
                String address = entry.server().map(PgListCommand::address).orElse("-\t");
                invocation.output().line(entry.name() + '\t' + address + '\t'
                        + entry.tip().map(Object::toString).orElse("?") + '\t' + entry.state());
            }
        }
        return ExitCode.OK;
    }

    private static String address(Instance server) {
        return server.clientHost() + ':' + server.port();
    }
}
