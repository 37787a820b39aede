package dev.neon.sync;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.Tip;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings what this repository has into another one, and moves branches and tags there. */
public final class Push {
    /** With more, all refs are asked for. */
    private static final int MOST_PREFIXES = 1000;

    private final Repository repository;
    private final RepositoryWal wal;
    private final Ancestry ancestry;
    private final RateLimit limit;
    private final Hooks hooks;

    public Push(Repository repository, RepositoryWal wal) {
        this(repository, wal, Hooks.of(repository));
    }

    /** @param hooks of which one may decline */
    public Push(Repository repository, RepositoryWal wal, Hooks hooks) {
        this.hooks = hooks;
        this.repository = repository;
        this.wal = wal;
        this.ancestry = new Ancestry(repository, wal);
        this.limit = RateLimit.of(repository.config());
    }

    /**
     * One ref.
     *
     * @param source   what the other side is to have; empty to delete
     * @param name     the other side's
     * @param isForced whether what it has may be lost
     * @param lease    what it has to be there before, if that matters: as this repository last saw it
     * @param local    the ref that the source is, if it is one
     */
    public record Wish(Optional<RefTarget> source, RefName name, boolean isForced, Optional<Expected> lease, Optional<RefName> local) {
        /** One whose source is no ref. */
        public Wish(Optional<RefTarget> source, RefName name, boolean isForced, Optional<Expected> lease) {
            this(source, name, isForced, lease, Optional.empty());
        }
    }

    /** What a ref has to be on the other side; {@code tip} is empty if it may not exist. */
    public record Expected(Optional<Tip> tip) {}

    /**
     * What came of a wish.
     *
     * @param before  what the other side had
     * @param after   what it was to have
     * @param refusal why it has not; empty if it has
     */
    public record Outcome(RefName name, Optional<Tip> before, Optional<Tip> after, Optional<String> refusal) {
        /** Whether there was nothing to do. */
        public boolean isUpToDate() {
            return refusal.isEmpty() && before.equals(after);
        }
    }

    /** @param bytes that were sent, before compression */
    public record Result(List<Outcome> outcomes, long bytes) {}

    /**
     * Pushes.
     *
     * @param remoteName the part of the names of remote-tracking refs; empty if there are none to move
     * @param isDryRun   whether only to say what would be done, as far as this side can tell
     */
    public Result run(Remote remote, Optional<String> remoteName, List<Wish> wishes, boolean isAtomic, boolean isDryRun) {
        RefUpdate.requireOnce(wishes.stream().map(Wish::name).toList());
        RemoteRefs refs = remote.refs(wishes.size() > MOST_PREFIXES ? List.of()
                : wishes.stream().map(wish -> wish.name().full()).toList());
        requireRelated(remote, refs);
        List<Outcome> outcomes = new ArrayList<>();
        List<RefUpdate> updates = new ArrayList<>();
        List<String> told = new ArrayList<>();
        Set<Tip> tips = new LinkedHashSet<>();
        for (Wish wish : wishes) {
            Optional<RefTarget.Point> before = Optional.ofNullable(refs.refs().get(wish.name()));
            Optional<RefTarget.Point> after = wish.source().map(ancestry::point);
            Outcome outcome = outcome(wish, before.map(Push::tip), after.map(Push::tip));
            outcomes.add(outcome);
            if (outcome.refusal().isEmpty() && !outcome.isUpToDate()) {
                updates.add(new RefUpdate(wish.name(), before, after, wish.isForced() || wish.lease().isPresent()));
                outcome.after().ifPresent(tips::add);
                told.add(line(wish, outcome));
            }
        }
        boolean isNone = isAtomic && outcomes.stream().anyMatch(outcome -> outcome.refusal().isPresent());
        if (isNone) {
            outcomes.replaceAll(outcome -> outcome.refusal().isPresent() ? outcome : refused(outcome, "another one was refused"));
        }
        if (!isNone && !updates.isEmpty()) {
            askHook(remote, remoteName, told);
        }
        if (isDryRun || isNone || updates.isEmpty()) {
            return new Result(outcomes, 0);
        }
        long bytes = send(remote, List.copyOf(tips));
        Map<RefName, Optional<String>> answers = new HashMap<>();
        remote.update(repository.ownId(), updates, isAtomic).forEach(answer -> answers.put(answer.name(), answer.refusal()));
        outcomes.replaceAll(outcome -> answers.containsKey(outcome.name())
                ? answers.get(outcome.name()).map(why -> refused(outcome, why)).orElse(outcome) : outcome);
        remoteName.ifPresent(name -> track(name, outcomes));
        return new Result(outcomes, bytes);
    }

    private static String line(Wish wish, Outcome outcome) {
        String local = outcome.after().map(_ -> wish.local().map(RefName::full).orElse("-")).orElse("(delete)");
        return local + ' ' + outcome.after().map(Tip::toString).orElse("-") + ' ' + wish.name() + ' '
                + outcome.before().map(Tip::toString).orElse("-");
    }

    private void askHook(Remote remote, Optional<String> remoteName, List<String> lines) {
        String address = remoteName.flatMap(name -> new Remotes(repository.config()).find(name))
                .map(found -> found.pushUrl().orElse(found.url())).orElse(remote.name());
        hooks.run(Hooks.Hook.PRE_PUSH, List.of(remote.name(), address), lines).ifPresent(why -> {
            throw new ConflictException(why, "'neon push --no-verify' does not ask it.");
        });
    }

    private void requireRelated(Remote remote, RemoteRefs refs) {
        Optional<ClusterIdentity> own = new Receiver(repository, wal).cluster();
        if (own.isPresent() && refs.cluster().isPresent()
                && own.get().systemIdentifier() != refs.cluster().get().systemIdentifier()) {
            throw Histories.ofAnotherCluster(refs.cluster(), own);
        }
        if (refs.id().equals(repository.ownId())) {
            throw new ConflictException("'" + remote.name() + "' is this repository, or a copy of it with the same id",
                    "A clone has an id of its own: make one with 'neon clone', of the copy too, and use that.");
        }
    }

    private Outcome outcome(Wish wish, Optional<Tip> before, Optional<Tip> after) {
        Outcome outcome = new Outcome(wish.name(), before, after, Optional.empty());
        if (wish.name().kind() != RefName.Kind.BRANCH && wish.name().kind() != RefName.Kind.TAG) {
            return refused(outcome, "only branches and tags can be pushed");
        }
        if (before.isEmpty() && after.isEmpty()) {
            return refused(outcome, "it does not exist there");
        }
        if (wish.lease().isPresent() && !wish.lease().get().tip().equals(before)) {
            return refused(outcome, "it is not what it was when this repository last looked; fetch first");
        }
        if (before.isPresent() && after.isPresent() && !before.equals(after) && !wish.isForced() && wish.lease().isEmpty()) {
            return divergence(before.get(), after.get(), wish.name().kind()).map(why -> refused(outcome, why)).orElse(outcome);
        }
        return outcome;
    }

    /** What can be told from here; the other side decides. */
    private Optional<String> divergence(Tip theirs, Tip ours, RefName.Kind kind) {
        if (kind == RefName.Kind.TAG) {
            return Optional.of("the tag exists there, at " + theirs);
        }
        if (ancestry.reached(ours, theirs.timeline()).isPresent()) {
            return Optional.empty();
        }
        return repository.timelines().exists(theirs.timeline()) ? Optional.empty()
                : Optional.of("not a fast-forward: the other side has history that is not here; fetch first");
    }

    private static Outcome refused(Outcome outcome, String why) {
        return new Outcome(outcome.name(), outcome.before(), outcome.after(), Optional.of(why));
    }

    private static Tip tip(RefTarget.Point point) {
        return new Tip(point.timeline(), point.lsn());
    }

    private long send(Remote remote, List<Tip> tips) {
        Lease.Span[] spans = tips.stream().map(tip -> Lease.Span.ofLine(tip.timeline())).toArray(Lease.Span[]::new);
        try (HeldLease _ = spans.length == 0 ? HeldLease.NONE : repository.leases().hold("push to " + remote.name(), spans)) {
            List<Piece> pieces = remote.offer(repository.ownId(), new InventoryReader(repository, wal).read(tips, Depth.ALL));
            RepositoryPieces source = new RepositoryPieces(repository, wal);
            source.bring(pieces);
            long bytes = pieces.stream().mapToLong(Piece::bytes).sum();
            try (Progress.Task task = repository.context().progress().begin("sending", bytes, Progress.Unit.BYTES)) {
                remote.put(repository.ownId(), pieces, new CountedSource(source, task, limit));
            }
            return bytes;
        }
    }

    /** What is known of the other side by that. */
    private void track(String remoteName, List<Outcome> outcomes) {
        RefTransaction transaction = repository.refs().begin("push " + remoteName);
        for (Outcome outcome : outcomes) {
            if (outcome.refusal().isPresent()) {
                continue;
            }
            RefName tracking = outcome.name().kind() == RefName.Kind.TAG
                    ? RefName.remoteTag(remoteName, outcome.name().shortName())
                    : RefName.remoteBranch(remoteName, outcome.name().shortName());
            Optional<RefTarget> old = repository.refs().read(tracking);
            Optional<RefTarget> target = outcome.after().map(tip -> RefTarget.Point.of(tip.timeline(), tip.lsn()));
            if (target.isPresent() && !target.equals(old)) {
                transaction.set(tracking, target.get());
            } else if (target.isEmpty()) {
                old.ifPresent(held -> transaction.delete(tracking, held));
            }
        }
        transaction.commit();
    }
}
