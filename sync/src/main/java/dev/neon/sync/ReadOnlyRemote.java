package dev.neon.sync;

import dev.neon.repo.RepositoryId;
import dev.neon.repo.error.UnsupportedException;
import java.util.List;
import java.util.TreeMap;

/** A repository that can be read and not pushed to, and that tells all its refs at once. */
public abstract class ReadOnlyRemote implements Remote {
    /** All that there are. */
    protected abstract RemoteRefs allRefs();

    /** What is said to somebody who pushes. */
    protected abstract UnsupportedException readOnly();

    @Override
    public final RemoteRefs refs(List<String> prefixes) {
        RemoteRefs all = allRefs();
        var refs = new TreeMap<>(all.refs());
        refs.keySet().removeIf(ref -> !prefixes.isEmpty() && prefixes.stream().noneMatch(ref.full()::startsWith));
        return new RemoteRefs(all.id(), all.cluster(), all.head(), refs);
    }

    @Override
    public final List<Piece> offer(RepositoryId from, Inventory inventory) {
        throw readOnly();
    }

    @Override
    public final void put(RepositoryId from, List<Piece> pieces, PieceSource source) {
        throw readOnly();
    }

    @Override
    public final List<RefUpdate.Outcome> update(RepositoryId from, List<RefUpdate> updates, boolean isAtomic) {
        throw readOnly();
    }
}
