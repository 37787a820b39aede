package dev.neon.compute.checkout;

import dev.neon.ancestry.Ancestry;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.RefChange;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import dev.neon.repo.timeline.CollectedLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Refs that are given values that they had, with what was set for the branches among them. */
final class RefsAgain {
    private final Workspace workspace;
    private final Repository repository;
    private final BranchSettings settings;
    private final List<Operation> log;
    private final List<RefChange> changes;
    private final Map<RefName, RefName> renamed;

    /** @param log all operations, newest first */
    RefsAgain(Workspace workspace, List<Operation> log, List<RefChange> changes) {
        this.workspace = workspace;
        this.repository = workspace.repository();
        this.settings = new BranchSettings(repository.config());
        this.log = log;
        this.changes = changes;
        this.renamed = renamed(changes);
    }

    /** Keeps what the refs are to have from being collected meanwhile. */
    HeldLease hold(String reason) {
        List<Lease.Span> spans = new ArrayList<>();
        for (RefChange change : changes) {
            Optional<RefTarget> wanted = Undo.target(change.ref(), change.newValue());
            if (wanted.isPresent() && wanted.get() instanceof RefTarget.Point point) {
                spans.add(Lease.Span.ofPoint(point.timeline(), point.lsn()));
            }
            Undo.timeline(change, change.newValue()).map(Lease.Span::ofLine).ifPresent(spans::add);
        }
        return spans.isEmpty() ? HeldLease.NONE : repository.leases().hold(reason, spans.toArray(Lease.Span[]::new));
    }

    /** @throws NotFoundException if what a ref is to have again has been collected */
    void requireThere() {
        Map<TimelineId, List<CollectedLog.Run>> collected = new LinkedHashMap<>();
        new CollectedLog(repository.directory(), repository.files()).read()
                .forEach(run -> collected.computeIfAbsent(run.timeline(), _ -> new ArrayList<>()).add(run));
        for (RefChange change : changes) {
            Optional<RefTarget> wanted = Undo.target(change.ref(), change.newValue());
            if (wanted.isPresent() && wanted.get() instanceof RefTarget.Point point) {
                requireTimeline(change, point.timeline());
                workspace.timelines().requireThere(new Point(point.timeline(), point.lsn(), Optional.empty()));
            }
            Optional<TimelineId> timeline = Undo.timeline(change, change.newValue());
            if (timeline.isPresent()) {
                requireTimeline(change, timeline.get());
                requireEnd(change, timeline.get(), collected.getOrDefault(timeline.get(), List.of()));
            }
        }
    }

    private void requireTimeline(RefChange change, TimelineId timeline) {
        if (!repository.timelines().exists(timeline)) {
            throw collected(change, "was on timeline '" + timeline + "', which has been collected");
        }
    }

    /** Of a timeline from which others go on, only the part behind that may have been collected. */
    private void requireEnd(RefChange change, TimelineId timeline, List<CollectedLog.Run> collected) {
        if (!collected.isEmpty()) {
            Lsn end = workspace.positions().end(timeline);
            for (CollectedLog.Run run : collected) {
                if (run.to().isAfter(end) && !workspace.wal().isThere(timeline, run.from(), run.to())) {
                    throw collected(change, "was at the end of timeline '" + timeline + "', which has been collected from " + run.from() + " on");
                }
            }
        }
    }

    private static NotFoundException collected(RefChange change, String problem) {
        return new NotFoundException("'" + change.ref().shortName() + "' " + problem, "'neon gc --list' shows what can be put back.");
    }

    /** @throws ConflictException if a protected branch would go, or lose what it has */
    void requireUnprotected() {
        Ancestry ancestry = new Ancestry(repository, workspace.wal());
        for (RefChange change : changes) {
            Optional<RefTarget> old = Undo.target(change.ref(), change.oldValue());
            Optional<RefTarget> wanted = Undo.target(change.ref(), change.newValue());
            if (change.ref().kind() == RefName.Kind.BRANCH && old.isPresent() && !renamed.containsKey(change.ref())
                    && settings.isProtected(change.ref())
                    && !(wanted.isPresent() && ancestry.comesBefore(ancestry.tip(old.get()), ancestry.tip(wanted.get())))) {
                String name = change.ref().shortName();
                throw new ConflictException("branch '" + name + "' is protected, and would " + (wanted.isEmpty() ? "be deleted"
                        : "lose what it has") + " by this", "'neon branch --unprotect " + name + "' lifts that.");
            }
        }
    }

    /** Makes the changes. */
    void commit(String command) {
        RefTransaction transaction = repository.refs().begin(command);
        for (RefChange change : changes) {
            Optional<RefTarget> old = Undo.target(change.ref(), change.oldValue());
            Optional<RefTarget> wanted = Undo.target(change.ref(), change.newValue());
            if (old.isEmpty()) {
                wanted.ifPresent(target -> transaction.create(change.ref(), target));
            } else if (wanted.isEmpty()) {
                transaction.delete(change.ref(), old.get(), isBranch(change) && !renamed.containsKey(change.ref())
                        ? settings.noted(change.ref()) : List.of());
            } else {
                transaction.update(change.ref(), old.get(), wanted.get());
            }
        }
        List<RefName> made = changes.stream().filter(change -> isBranch(change) && change.oldValue().isEmpty()
                && change.newValue().isPresent()).map(RefChange::ref).toList();
        Set<RefName> again = new LinkedHashSet<>(made);
        again.removeAll(renamed.values());
        restoreSettings(again);
        renamed.forEach(settings::copy);
        try {
            transaction.commit();
        } catch (RuntimeException failure) {
            made.stream().filter(branch -> repository.refs().read(branch).isEmpty()).forEach(settings::remove);
            throw failure;
        }
        changes.stream().filter(change -> isBranch(change) && change.newValue().isEmpty()).forEach(change -> settings.remove(change.ref()));
    }

    private static boolean isBranch(RefChange change) {
        return change.ref().kind() == RefName.Kind.BRANCH;
    }

    /** Those with which branches were deleted last, whichever operation brings them back. */
    private void restoreSettings(Set<RefName> branches) {
        Map<RefName, String> last = new HashMap<>();
        log.stream().flatMap(operation -> operation.changes().stream())
                .forEach(change -> last.putIfAbsent(change.ref(), change.oldValue().orElse("")));
        Instant now = repository.context().clock().instant();
        for (RefName branch : branches) {
            if (settings.restore(branch, last.getOrDefault(branch, ""), now)) {
                repository.context().warnings().tell("branch " + branch.shortName() + " had expired, and is to stay now; 'neon branch"
                        + " --expires <time> " + branch.shortName() + "' lets it go again");
            }
        }
    }

    /** Branches that go while another comes with the same value: what was set for one goes along. */
    private static Map<RefName, RefName> renamed(List<RefChange> changes) {
        Map<RefTarget, RefName> come = new HashMap<>();
        changes.stream().filter(change -> isBranch(change) && change.oldValue().isEmpty())
                .forEach(change -> Undo.target(change.ref(), change.newValue()).ifPresent(target -> come.put(target, change.ref())));
        Map<RefName, RefName> renamed = new LinkedHashMap<>();
        changes.stream().filter(change -> isBranch(change) && change.newValue().isEmpty())
                .forEach(change -> Undo.target(change.ref(), change.oldValue()).map(come::get)
                        .ifPresent(name -> renamed.put(change.ref(), name)));
        return renamed;
    }
}
