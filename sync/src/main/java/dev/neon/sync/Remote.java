package dev.neon.sync;

import dev.neon.ancestry.Tip;
import dev.neon.repo.RepositoryId;
import java.util.List;

/**
 * Another repository, wherever it is. Each call stands alone; docs/sync.md says in which order they make sense. All throw
 * {@link dev.neon.repo.error.TransferFailedException} if the other side cannot be reached or breaks off, and what the
 * other side has refused.
 */
public interface Remote extends AutoCloseable {
    /** What users call it. */
    String name();

    /**
     * The branches and tags that begin with one of the prefixes.
     *
     * @param prefixes as {@code refs/branches/}; none for all
     */
    RemoteRefs refs(List<String> prefixes);

    /** What tips are made of, as far back as {@code depth} says. */
    Inventory inventory(List<Tip> tips, Depth depth);

    /** Gives pieces, each from its beginning to its end. */
    void get(List<Piece> pieces, PieceSink sink);

    /**
     * Asks what it would take to have some tips. What was offered by the same repository before is forgotten.
     *
     * @param from      who asks
     * @param inventory of the tips that refs are to be moved to
     * @return pieces to {@link #put}
     */
    List<Piece> offer(RepositoryId from, Inventory inventory);

    /** Sends pieces that were asked for. */
    void put(RepositoryId from, List<Piece> pieces, PieceSource source);

    /**
     * Changes refs, after what was put has been verified and taken in.
     *
     * @param isAtomic whether none is to be changed if one is refused
     */
    List<RefUpdate.Outcome> update(RepositoryId from, List<RefUpdate> updates, boolean isAtomic);

    @Override
    void close();
}
