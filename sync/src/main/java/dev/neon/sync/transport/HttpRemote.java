package dev.neon.sync.transport;

import dev.neon.ancestry.Tip;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.sync.Depth;
import dev.neon.sync.Inventory;
import dev.neon.sync.Piece;
import dev.neon.sync.PieceSink;
import dev.neon.sync.PieceSource;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.Remote;
import dev.neon.sync.RemoteRefs;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A repository behind {@code neon serve}, or else in a web server's directory: the first question tells. */
final class HttpRemote implements Remote {
    private final Supplier<Optional<Remote>> fallback;
    private Remote remote;
    private boolean isKnown;

    /** @param fallback looks for the other form */
    HttpRemote(Remote remote, Supplier<Optional<Remote>> fallback) {
        this.remote = remote;
        this.fallback = fallback;
    }

    @Override
    public String name() {
        return remote.name();
    }

    @Override
    public RemoteRefs refs(List<String> prefixes) {
        return ask(asked -> asked.refs(prefixes));
    }

    /** Asks for what may be asked first. */
    private <T> T ask(Function<Remote, T> question) {
        try {
            T answer = question.apply(remote);
            isKnown = true;
            return answer;
        } catch (NotARepositoryException none) {
            Optional<Remote> other = isKnown ? Optional.empty() : fallback.get();
            isKnown = true;
            remote = other.orElseThrow(() -> none);
            return question.apply(remote);
        }
    }

    @Override
    public Inventory inventory(List<Tip> tips, Depth depth) {
        return remote.inventory(tips, depth);
    }

    @Override
    public void get(List<Piece> pieces, PieceSink sink) {
        // Nothing comes from what is no repository, so nothing comes twice.
        ask(asked -> {
            asked.get(pieces, sink);
            return Boolean.TRUE;
        });
    }

    @Override
    public List<Piece> offer(RepositoryId from, Inventory inventory) {
        return remote.offer(from, inventory);
    }

    @Override
    public void put(RepositoryId from, List<Piece> pieces, PieceSource source) {
        remote.put(from, pieces, source);
    }

    @Override
    public List<RefUpdate.Outcome> update(RepositoryId from, List<RefUpdate> updates, boolean isAtomic) {
        return remote.update(from, updates, isAtomic);
    }

    @Override
    public void close() {
        remote.close();
    }
}
