package dev.neon.sync;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.Tip;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Brings what another repository has into this one, and notes where its branches and tags are. */
public final class Fetch {
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final Repository repository;
    private final RepositoryWal wal;
    private final Receiver receiver;
    private final RateLimit limit;

    public Fetch(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
        this.receiver = new Receiver(repository, wal);
        this.limit = RateLimit.of(repository.config());
    }

    /**
     * What is asked for.
     *
     * @param prefixes   of the full names of the refs; none for all branches and tags
     * @param depth      how far back history is wanted that is not here
     * @param isPruning  whether remote-tracking refs go that the other side has no more
     * @param isDryRun   whether nothing is to be changed
     * @param isSharing  whether files that never change may be shared with a repository on the same file system, by hard links
     */
    public record Request(List<String> prefixes, Depth depth, boolean isPruning, boolean isDryRun, boolean isSharing) {
        /** All branches and tags. */
        public static final Request ALL = new Request(List.of(), Depth.ALL, false, false);

        /** One that shares nothing. */
        public Request(List<String> prefixes, Depth depth, boolean isPruning, boolean isDryRun) {
            this(prefixes, depth, isPruning, isDryRun, false);
        }
    }

    /** A ref that has changed: here it is remote-tracking, or a tag that was new. */
    public record Change(RefName name, Optional<Tip> before, Optional<Tip> after, boolean isForward) {}

    /**
     * What has come.
     *
     * @param refs  of the other side, that were asked for
     * @param bytes  that were asked for, before compression
     * @param shared of them, in files that the two repositories have in common now
     */
    public record Result(RemoteRefs refs, List<Change> changes, long bytes, long shared) {}

    private record Moved(long bytes, long shared) {
        static final Moved NOTHING = new Moved(0, 0);
    }

    /**
     * Fetches.
     *
     * @param remoteName the part of the names of remote-tracking refs
     */
    public Result run(Remote remote, String remoteName, Request request) {
        RemoteRefs refs = remote.refs(request.prefixes());
        Optional<ClusterIdentity> own = receiver.cluster();
        if (own.isPresent() && refs.cluster().isPresent()
                && own.get().systemIdentifier() != refs.cluster().get().systemIdentifier()) {
            throw Histories.ofAnotherCluster(refs.cluster(), own);
        }
        if (refs.id().equals(repository.ownId())) {
            throw new ConflictException("'" + remote.name() + "' is this repository, or a copy of it with the same id",
                    "A clone has an id of its own: make one with 'neon clone', of the copy too, and use that.");
        }
        try (LockFile _ = repository.lock("fetch-" + refs.id().hex(), WAIT)) {
            if (request.isDryRun()) {
                return new Result(refs, changes(refs, remoteName, request), 0, 0);
            }
            List<Change> changes = new ArrayList<>();
            Moved moved = history(remote, remoteName, refs.id(), tips(refs, remoteName), request, () -> {
                changes.addAll(changes(refs, remoteName, request));
                apply(refs, remoteName, changes);
            });
            return new Result(refs, List.copyOf(changes), moved.bytes(), moved.shared());
        }
    }

    /**
     * What has changed since this repository last looked. A point that is named here for another reason is asked for as well: the
     * other side may call another history by it.
     */
    private List<Tip> tips(RemoteRefs refs, String remoteName) {
        Set<Tip> tips = new LinkedHashSet<>();
        refs.refs().forEach((name, point) -> {
            Tip tip = new Tip(point.timeline(), point.lsn());
            boolean isKnown = repository.refs().read(tracking(remoteName, name)).filter(RefTarget.Point.class::isInstance)
                    .map(RefTarget.Point.class::cast).filter(held -> new Tip(held.timeline(), held.lsn()).equals(tip)).isPresent();
            if (!isKnown) {
                tips.add(tip);
            }
        });
        return List.copyOf(tips);
    }

    /** @param then gives names to what has come, while a lease still keeps it */
    private Moved history(Remote remote, String remoteName, RepositoryId from, List<Tip> tips, Request request, Runnable then) {
        if (tips.isEmpty()) {
            then.run();
            return Moved.NOTHING;
        }
        Inventory inventory = remote.inventory(tips, request.depth());
        Histories histories = Histories.of(repository, inventory, receiver.cluster());
        try (HeldLease _ = receiver.hold("fetch from " + remote.name(), inventory)) {
            List<Lack.Part> lacking = receiver.lack(inventory, tips, histories);
            boolean isLazy = new Remotes(repository.config()).isPromisor(remoteName);
            List<Lack.Part> parts = isLazy ? new Leaving(repository, histories).of(lacking) : lacking;
            Incoming incoming = new Incoming(repository, "fetch-" + from.hex(), histories.clusters());
            if (request.isSharing()) {
                incoming.share();
            }
            List<Piece> pieces = incoming.prepare(parts);
            long bytes = pieces.stream().mapToLong(Piece::bytes).sum();
            try (Verification verification = receiver.verification(incoming, histories, parts, true)) {
                try (SyncAside aside = incoming.syncAside();
                        Progress.Task task = repository.context().progress().begin("receiving", bytes, Progress.Unit.BYTES)) {
                    remote.get(pieces, new CountedSink(incoming, task, limit));
                    aside.finish();
                }
                receiver.install(incoming, verification, tips, histories, parts, then);
            }
            return new Moved(bytes, incoming.sharedBytes());
        }
    }

    private List<Change> changes(RemoteRefs refs, String remoteName, Request request) {
        Ancestry ancestry = new Ancestry(repository, wal);
        SortedMap<RefName, RefTarget> known = new TreeMap<>(repository.refs().list(RefName.Kind.REMOTE_BRANCH));
        known.putAll(repository.refs().list(RefName.Kind.REMOTE_TAG));
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<RefName, RefTarget.Point> ref : refs.refs().entrySet()) {
            RefName name = tracking(remoteName, ref.getKey());
            Optional<Tip> before = Optional.ofNullable(known.remove(name)).map(RefTarget.Point.class::cast)
                    .map(point -> new Tip(point.timeline(), point.lsn()));
            Tip after = new Tip(ref.getValue().timeline(), ref.getValue().lsn());
            if (!before.equals(Optional.of(after))) {
                changes.add(new Change(name, before, Optional.of(after),
                        before.isEmpty() || !request.isDryRun() && ancestry.comesBefore(before.get(), after)));
            }
            if (ref.getKey().kind() == RefName.Kind.TAG && repository.refs().read(ref.getKey()).isEmpty()) {
                changes.add(new Change(ref.getKey(), Optional.empty(), Optional.of(after), true));
            }
        }
        if (request.isPruning()) {
            known.keySet().stream().filter(name -> name.full().startsWith("refs/remotes/" + remoteName + "/"))
                    .filter(name -> isAskedFor(name, request)).forEach(name -> changes.add(new Change(name,
                            Optional.of(ancestry.tip(known.get(name))), Optional.empty(), true)));
        }
        return changes;
    }

    private static boolean isAskedFor(RefName tracking, Request request) {
        String remote = (tracking.kind() == RefName.Kind.REMOTE_BRANCH ? "refs/branches/" : "refs/tags/")
                + tracking.shortName().substring(tracking.shortName().indexOf('/') + 1);
        return request.prefixes().isEmpty() || request.prefixes().stream().anyMatch(remote::startsWith);
    }

    private static RefName tracking(String remoteName, RefName name) {
        return name.kind() == RefName.Kind.TAG ? RefName.remoteTag(remoteName, name.shortName())
                : RefName.remoteBranch(remoteName, name.shortName());
    }

    private void apply(RemoteRefs refs, String remoteName, List<Change> changes) {
        RefTransaction transaction = repository.refs().begin("fetch " + remoteName);
        for (Change change : changes) {
            Optional<RefTarget> old = repository.refs().read(change.name());
            if (change.after().isEmpty()) {
                old.ifPresent(held -> transaction.delete(change.name(), held));
                continue;
            }
            RefTarget target = refs.refs().get(theirs(change.name()));
            old.map(held -> transaction.update(change.name(), held, target))
                    .orElseGet(() -> transaction.create(change.name(), target));
        }
        transaction.commit();
    }

    private static RefName theirs(RefName name) {
        String shortName = name.shortName();
        return switch (name.kind()) {
            case REMOTE_BRANCH -> RefName.branch(shortName.substring(shortName.indexOf('/') + 1));
            case REMOTE_TAG -> RefName.tag(shortName.substring(shortName.indexOf('/') + 1));
            case TAG, BRANCH, HEAD, STASH -> name;
        };
    }
}
