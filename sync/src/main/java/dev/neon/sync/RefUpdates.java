package dev.neon.sync;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.Tip;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.snapshot.TimelineForks;
import dev.neon.snapshot.TimelinePositions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Moves branches and tags of a repository to tips that it has, as somebody else wishes, or says why not. */
public final class RefUpdates {
    private static final String OTHER = "another one was refused";

    private final Repository repository;
    private final RepositoryWal wal;
    private final Ancestry ancestry;
    private final TimelinePositions positions;
    private final BranchSettings settings;
    private final Predicate<TimelineId> isRunning;
    private final Hooks hooks;

    /**
     * Runs no hooks: the user's own doing.
     *
     * @param isRunning whether a server runs on a timeline
     */
    public RefUpdates(Repository repository, RepositoryWal wal, Predicate<TimelineId> isRunning) {
        this(repository, wal, isRunning, Hooks.none());
    }

    /** @param hooks that have a say */
    RefUpdates(Repository repository, RepositoryWal wal, Predicate<TimelineId> isRunning, Hooks hooks) {
        this.hooks = hooks;
        this.repository = repository;
        this.wal = wal;
        this.ancestry = new Ancestry(repository, wal);
        this.positions = new TimelinePositions(repository, wal, new SnapshotStore(repository, wal));
        this.settings = new BranchSettings(repository.config());
        this.isRunning = isRunning;
    }

    /**
     * What will come of changes, if that is nothing whatever their history is made of: what is to be received before need not be
     * taken in.
     *
     * @param histories of the timelines that are to be received
     */
    Optional<List<RefUpdate.Outcome>> hopeless(List<RefUpdate> updates, boolean isAtomic, Histories histories) {
        Ancestry offered = new Ancestry(repository, wal,
                id -> histories.find(id).orElseGet(() -> repository.timelines().history(id)));
        List<Optional<String>> refusals = updates.stream().map(update -> refusal(update, offered, false)).toList();
        boolean isNone = isAtomic ? refusals.stream().anyMatch(Optional::isPresent) : refusals.stream().allMatch(Optional::isPresent);
        if (updates.isEmpty() || !isNone) {
            return Optional.empty();
        }
        List<RefUpdate.Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < updates.size(); i++) {
            outcomes.add(new RefUpdate.Outcome(updates.get(i).name(), Optional.of(refusals.get(i).orElse(OTHER))));
        }
        return Optional.of(outcomes);
    }

    /**
     * Changes refs, all that may be in one transaction.
     *
     * @param isAtomic whether none is to be changed if one is refused
     * @param command  for the operation log
     */
    public List<RefUpdate.Outcome> run(List<RefUpdate> updates, boolean isAtomic, String command) {
        Map<RefUpdate, Optional<String>> refusals = new LinkedHashMap<>();
        updates.forEach(update -> refusals.put(update, refusal(update, ancestry, true)));
        askHooks(refusals, isAtomic);
        boolean isNone = isAtomic && refusals.values().stream().anyMatch(Optional::isPresent);
        List<RefUpdate> accepted = updates.stream().filter(update -> !isNone && refusals.get(update).isEmpty()).toList();
        Optional<String> failure = accepted.isEmpty() ? Optional.empty() : change(accepted, command);
        List<RefUpdate.Outcome> outcomes = new ArrayList<>();
        refusals.forEach((update, refusal) -> outcomes.add(new RefUpdate.Outcome(update.name(), refusal.isPresent() ? refusal
                : isNone ? Optional.of(OTHER) : failure)));
        return outcomes;
    }

    /** Of what would be done. */
    private void askHooks(Map<RefUpdate, Optional<String>> refusals, boolean isAtomic) {
        List<RefUpdate> left = refusals.keySet().stream().filter(update -> refusals.get(update).isEmpty()).toList();
        if (left.isEmpty() || isAtomic && left.size() < refusals.size()) {
            return;
        }
        Optional<String> declined = hooks.run(Hooks.Hook.PRE_RECEIVE, List.of(), left.stream().map(RefUpdates::line).toList());
        for (RefUpdate update : left) {
            refusals.put(update, declined.or(() -> hooks.run(Hooks.Hook.UPDATE,
                    List.of(update.name().full(), told(update.expected()), told(update.target())), List.of())));
        }
    }

    private static String line(RefUpdate update) {
        return told(update.expected()) + ' ' + told(update.target()) + ' ' + update.name();
    }

    private static String told(Optional<RefTarget.Point> point) {
        return point.map(each -> new Tip(each.timeline(), each.lsn()).toString()).orElse("-");
    }

    /** Runs the hook for what was changed; nobody need hold a lock any more. */
    void tell(List<RefUpdate> updates, List<RefUpdate.Outcome> outcomes) {
        List<RefName> changed = outcomes.stream().filter(outcome -> outcome.refusal().isEmpty()).map(RefUpdate.Outcome::name).toList();
        if (!changed.isEmpty()) {
            hooks.run(Hooks.Hook.POST_RECEIVE, List.of(), updates.stream().filter(update -> changed.contains(update.name())).map(RefUpdates::line).toList());
        }
    }

    /** @param isThere whether what the target is made of has been taken in */
    private Optional<String> refusal(RefUpdate update, Ancestry line, boolean isThere) {
        RefName name = update.name();
        boolean isBranch = name.kind() == RefName.Kind.BRANCH;
        if (!isBranch && name.kind() != RefName.Kind.TAG) {
            return Optional.of("only branches and tags can be pushed");
        }
        Optional<RefTarget> old = repository.refs().read(name);
        Optional<Tip> held = old.map(ancestry::tip);
        Optional<Tip> expected = update.expected().map(point -> line.tip(point.timeline(), point.lsn()));
        if (!held.equals(expected)) {
            return Optional.of(held.isEmpty() ? "it does not exist" : expected.isEmpty() ? "it exists already, at " + held.get()
                    : "it is at " + held.get() + " by now; fetch first");
        }
        if (old.isPresent() && isBranch && old.get() instanceof RefTarget.Timeline own && isRunning.test(own.id())) {
            return Optional.of("a server is running on it there");
        }
        Optional<String> unknown = isThere ? update.target().flatMap(this::unknown) : Optional.empty();
        if (unknown.isPresent()) {
            return unknown;
        }
        return old.isEmpty() ? Optional.empty() : update.target().isPresent()
                ? moved(update, held.orElseThrow(), isBranch, line) : deleted(name);
    }

    private Optional<String> unknown(RefTarget.Point point) {
        try {
            positions.boundary(point.timeline(), point.lsn());
            return Optional.empty();
        } catch (NeonException unknown) {
            return Optional.of(String.valueOf(unknown.getMessage()));
        }
    }

    private Optional<String> moved(RefUpdate update, Tip held, boolean isBranch, Ancestry line) {
        RefTarget.Point target = update.target().orElseThrow();
        Tip tip = line.tip(target.timeline(), target.lsn());
        boolean isForward = isBranch ? line.comesBefore(held, tip) : held.equals(tip);
        if (isForward || update.isForced() && !settings.isProtected(update.name())) {
            return Optional.empty();
        }
        if (update.isForced()) {
            return Optional.of("it is protected, and what it has would be lost");
        }
        return Optional.of(isBranch ? line.common(held, tip).map(fork -> "not a fast-forward: both have gone on since " + fork
                + ", " + line.bytesSince(held, fork) + " bytes of WAL there, " + line.bytesSince(tip, fork) + " here")
                .orElse("not a fast-forward: they have no history in common") : "the tag exists, at " + held);
    }

    private Optional<String> deleted(RefName name) {
        if (Head.read(repository.refs()).flatMap(Head::branch).equals(Optional.of(name))) {
            return Optional.of("HEAD is on it there");
        }
        return name.kind() == RefName.Kind.BRANCH && settings.isProtected(name) ? Optional.of("it is protected") : Optional.empty();
    }

    private Optional<String> change(List<RefUpdate> updates, String command) {
        List<TimelineId> forks = new ArrayList<>();
        updates.forEach(_ -> forks.add(TimelineId.random()));
        try (HeldLease _ = repository.leases().hold(command, forks.stream().map(Lease.Span::ofLine).toArray(Lease.Span[]::new))) {
            RefTransaction transaction = repository.refs().begin(command);
            for (int i = 0; i < updates.size(); i++) {
                add(transaction, updates.get(i), forks.get(i), command);
            }
            transaction.commit();
            updates.stream().filter(update -> update.target().isEmpty() && isBranch(update)).forEach(update -> settings.remove(update.name()));
            return Optional.empty();
        } catch (NeonException failure) {
            return Optional.of(String.valueOf(failure.getMessage()));
        }
    }

    /** A tag may have the name of a branch, and has none of its settings. */
    private static boolean isBranch(RefUpdate update) {
        return update.name().kind() == RefName.Kind.BRANCH;
    }

    private void add(RefTransaction transaction, RefUpdate update, TimelineId fork, String command) {
        Optional<RefTarget> old = repository.refs().read(update.name());
        if (update.target().isEmpty()) {
            old.ifPresent(held -> transaction.delete(update.name(), held, isBranch(update) ? settings.noted(update.name()) : List.of()));
            return;
        }
        RefTarget target = update.name().kind() == RefName.Kind.TAG ? update.target().get() : fork(update.target().get(), fork, command);
        old.map(held -> transaction.update(update.name(), held, target))
                .orElseGet(() -> transaction.create(update.name(), target));
    }

    /** A branch is a timeline of this repository. */
    private RefTarget fork(RefTarget.Point point, TimelineId fork, String command) {
        Tip tip = ancestry.tip(point.timeline(), point.lsn());
        new TimelineForks(repository, wal).fork(fork, tip.timeline(), tip.lsn(), command, Optional.empty());
        return new RefTarget.Timeline(fork);
    }
}
