package dev.neon.cli.workspace;

import dev.neon.cli.framework.Invocation;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.Promisor;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.PromisedFetch;
import java.nio.file.Path;
import java.util.List;

/** Fetches from the remotes that have promised it what a command turns out to need. */
final class RemotePromisor implements Promisor {
    private final Invocation invocation;

    RemotePromisor(Invocation invocation) {
        this.invocation = invocation;
    }

    /** One at a time: what several threads want is mostly the same. */
    @Override
    public synchronized void fetch(Path directory, List<PromisedPart> parts) {
        if (invocation.environment().variable("NEON_NO_LAZY_FETCH").filter(value -> !value.isEmpty() && !value.equals("0")).isPresent()) {
            throw new TransferFailedException("unable to read " + parts.getFirst() + ": it was promised, and NEON_NO_LAZY_FETCH forbids to fetch it",
                    "Unset that, or run 'neon backfill' without it.");
        }
        Repository repository = Repository.open(directory, Workspaces.context(invocation));
        new PromisedFetch(repository, remote -> RemoteAccess.open(invocation, repository, remote.name(), false)).run(parts);
    }
}
