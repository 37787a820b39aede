package dev.neon.repo;

import dev.neon.repo.error.TransferFailedException;
import java.nio.file.Path;
import java.util.List;

/** Brings what other repositories have promised to give when it is needed (docs/sync.md, lazy clones). */
@FunctionalInterface
public interface Promisor {
    /** Brings nothing: whoever needs what is not here is told so. */
    Promisor NONE = (_, parts) -> {
        throw new TransferFailedException("unable to read " + parts.getFirst() + ": it was promised, and this command does not fetch it",
                "'neon backfill' in this repository fetches it.");
    };

    /**
     * Puts parts in their places, each verified and whole or not at all. What is there already is passed over.
     *
     * @param repository the repository's directory
     * @param parts      at least one; promised
     * @throws TransferFailedException if one cannot be had
     */
    void fetch(Path repository, List<PromisedPart> parts);
}
