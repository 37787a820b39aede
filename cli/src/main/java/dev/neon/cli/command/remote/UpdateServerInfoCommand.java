package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.workspace.RemoteAccess;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.wire.ServerInfo;

/** {@code neon update-server-info}. */
public final class UpdateServerInfoCommand extends Command {
    @Override
    public Description description() {
        return Description.of("Let any web server give the repository away")
                .text("""
                        Writes info/neon, a list of refs and files. A web server that gives out the repository's directory, and knows
                        nothing of neon, can then be cloned and fetched from. Run it again when something has changed; a push to the repository
                        does so by itself once the file is there.
                        """)
                .example("neon --repo /var/www/shop.neon update-server-info", "Writes the list.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.BUSY, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.FORMAT_TOO_NEW, ExitCode.UNSUPPORTED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.openWithoutFetching(invocation);
        Repository repository = workspace.repository();
        workspace.snapshots().promised().missing().stream().findFirst().ifPresent(part -> {
            throw new UnsupportedException("unable to list " + part + ": it was only promised, and a web server cannot fetch it",
                    "'neon backfill' fetches all that is promised.");
        });
        try (RepositoryEndpoint endpoint = RemoteAccess.endpoint(invocation, "info", repository.directory())) {
            ServerInfo.of(endpoint).write(repository);
        }
        return ExitCode.OK;
    }
}
