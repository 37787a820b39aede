package dev.neon.gc;

import dev.neon.gc.SweepPlan.Kind;
import dev.neon.gc.SweepPlan.Removal;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.repository.Reserve;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.repo.walindex.WalIndexFiles;
import dev.neon.snapshot.DataDirectoryFiles;
import dev.neon.snapshot.SnapshotStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * Removes what nobody needs (docs/gc.md). One runs at a time. While it looks, everything else goes on; while it removes,
 * refs do not change and no command takes a lease, which is for the time of some renames.
 */
public final class GarbageCollection {
    static final Duration WAIT_FOR_SNAPSHOT = Duration.ofMinutes(30);
    private static final Duration WAIT_FOR_REFS = Duration.ofMinutes(1);
    /** How long whoever starts a server may take. */
    private static final Duration WAIT_FOR_SERVER = Duration.ofMinutes(2);
    /** As many are removed before others may change refs again. */
    private static final int AT_ONCE = 1000;
    /** After so many changes of refs amid its work it looks once more while none can happen. */
    private static final int ATTEMPTS = 3;

    private final Repository repository;
    private final SnapshotStore snapshots;
    private final Function<RepositoryFacts, Roots> roots;
    private final Discard discard;
    private final Trash trash;
    private final CollectedWal collected;

    /** Removes the data directory of a timeline, unless a server runs on it. */
    @FunctionalInterface
    public interface Discard {
        /**
         * @param wait for a command that starts or stops a server there
         * @throws BusyException if that still goes on then
         */
        void discard(TimelineId timeline, Duration wait);
    }

    /** @param roots reads who needs something */
    public GarbageCollection(Repository repository, SnapshotStore snapshots, Function<RepositoryFacts, Roots> roots,
            Discard discard) {
        this.repository = repository;
        this.snapshots = snapshots;
        this.roots = roots;
        this.discard = discard;
        this.trash = new Trash(repository, snapshots);
        this.collected = new CollectedWal(repository, snapshots);
    }

    /**
     * What a collection has done.
     *
     * @param removed what went; nothing of it has gone where it was only asked
     * @param bytes   of the snapshots and segments in that
     * @param freed   bytes of what was deleted for good
     */
    public record Result(List<Removal> removed, long bytes, long freed) {
        /** How many of a kind were removed. */
        public long count(Kind kind) {
            return removed.stream().filter(each -> each.kind() == kind).count();
        }
    }

    /** What would be removed now. */
    public Result plan() {
        SweepPlan plan = look().plan();
        return new Result(plan.removals(), plan.bytes(), 0);
    }

    /**
     * Removes.
     *
     * @param grace   how long the trash keeps what was removed; empty for good. With none at all nothing goes there, so that
     *                a full disk does not stand in the way, and what is there already goes whatever its age
     * @param prepare makes snapshots with which more can go, while no other collection does; what it throws ends this one
     * @throws BusyException                              if another collection is under way
     * @throws dev.neon.repo.error.NotFoundException      if a ref or a timeline names what is not there
     * @throws dev.neon.repo.error.CorruptFileException   if something cannot be read that says who needs what
     * @throws dev.neon.repo.error.StorageFailedException if files cannot be changed; what has gone by then was not needed
     */
    public Result collect(Optional<Duration> grace, Runnable prepare) {
        boolean isAtOnce = grace.filter(Duration::isZero).isPresent();
        Reserve reserve = new Reserve(repository);
        if (isAtOnce) {
            reserve.release();
        }
        try (LockFile _ = repository.lock("gc")) {
            long freed = grace.map(kept -> trash.empty(isAtOnce ? Instant.MAX
                    : repository.context().clock().instant().minus(kept))).orElse(0L);
            // What makes snapshots, and servers meanwhile, would use it up.
            reserve.keep();
            prepare.run();
            if (isAtOnce) {
                reserve.release();
            }
            List<Removal> removed = sweep(isAtOnce);
            removeIndexes();
            new Abandoned(repository).remove();
            new StrayMessages(repository).remove();
            long bytes = removed.stream().mapToLong(Removal::bytes).sum();
            return new Result(List.copyOf(removed), bytes, isAtOnce ? freed + bytes : freed);
        } finally {
            reserve.keep();
        }
    }

    /**
     * Who makes a snapshot of a server's files holds the server's lock and waits for the one of snapshots. So that one is
     * given up while this waits for a server's.
     */
    private List<Removal> sweep(boolean isAtOnce) {
        List<Removal> removed = new ArrayList<>();
        while (true) {
            Optional<TimelineId> inUse;
            try (LockFile _ = snapshots.lock(WAIT_FOR_SNAPSHOT)) {
                snapshots.removeTemporaries();
                inUse = sweep(isAtOnce, removed);
            }
            if (inUse.isEmpty()) {
                return removed;
            }
            discard.discard(inUse.get(), WAIT_FOR_SERVER);
        }
    }

    /** How things go. */
    interface Way extends AutoCloseable {
        /** Takes them out of the repository, durably. Under locks that others wait for, so nothing that takes long. */
        void remove(List<Removal> removals);

        /** Does what takes long; what failed before may be left for the next time. */
        @Override
        default void close() {}
    }

    private Way way(boolean isAtOnce) {
        if (isAtOnce) {
            return new ForGood(repository, collected);
        }
        Path bin = trash.newBin();
        return removals -> {
            collected.record(removals);
            trash.put(bin, removals);
        };
    }

    /** Who needs something, in the form in which it is quickly seen whether that has changed. */
    private record Needs(List<SortedMap<RefName, RefTarget>> refs, Set<Lease> leases, Set<TimelineId> timelines) {}

    /** What is there, who needs something, and what nobody does. */
    private record View(Needs needs, SweepPlan plan) {}

    private Needs needs() {
        List<SortedMap<RefName, RefTarget>> refs = new ArrayList<>();
        for (RefName.Kind kind : RefName.Kind.values()) {
            refs.add(repository.refs().list(kind));
        }
        return new Needs(refs, Set.copyOf(repository.leases().list(repository.context().clock().instant())),
                Set.copyOf(repository.timelines().list()));
    }

    private View look() {
        Needs needs = needs();
        RepositoryFacts facts = RepositoryFacts.read(repository, snapshots);
        Reachability reachability = Reachability.of(roots.apply(facts).all(), facts.timelines());
        SweepPlan plan = SweepPlan.of(repository.timelines(), facts.timelines(),
                Holdings.read(repository, snapshots, facts), reachability, redo(facts));
        return new View(needs, plan);
    }

    /** Where servers go on from that were stopped or killed, or run: their data directories ask for that WAL. */
    private Map<TimelineId, Lsn> redo(RepositoryFacts facts) {
        Map<TimelineId, Lsn> redo = new HashMap<>();
        for (TimelineFacts timeline : facts.timelines()) {
            Path control = repository.dataDirectory(timeline.id()).resolve(DataDirectoryFiles.CONTROL_FILE);
            if (Files.exists(control)) {
                try {
                    redo.put(timeline.id(), ControlFile.readLive(control).checkPoint().redo());
                } catch (CorruptFileException damaged) {
                    // No server starts on that either; it is made anew.
                    continue;
                } catch (StorageFailedException failure) {
                    if (Files.exists(control)) {
                        throw failure;
                    }
                    // Removed meanwhile, with the whole data directory.
                }
            }
        }
        return redo;
    }

    /**
     * @param removed gets what has gone
     * @return a timeline on which a server is just being started or stopped, whose data directory is in the way; empty if
     *         all is done
     */
    private Optional<TimelineId> sweep(boolean isAtOnce, List<Removal> removed) {
        View view = look();
        for (int attempt = 1; !view.plan().steps().isEmpty(); attempt++) {
            Optional<TimelineId> inUse = discardDataDirectories(view.plan());
            if (inUse.isPresent()) {
                return inUse;
            }
            // A bin of its own for each: what had parts removed by one may go whole by the next.
            if (removeWhileUnchanged(view, attempt, way(isAtOnce), removed)) {
                return Optional.empty();
            }
            view = look();
        }
        return Optional.empty();
    }

    /** @return a timeline on which a server is just being started or stopped */
    private Optional<TimelineId> discardDataDirectories(SweepPlan plan) {
        for (Removal removal : plan.removals()) {
            TimelineId timeline = removal.timeline();
            if (removal.kind() == Kind.TIMELINE && Files.exists(repository.dataDirectory(timeline))) {
                try {
                    discard.discard(timeline, Duration.ZERO);
                } catch (BusyException other) {
                    return Optional.of(timeline);
                }
            }
        }
        return Optional.empty();
    }

    /** Whether all of it was removed; false if somebody has come who may need some of it. */
    private boolean removeWhileUnchanged(View view, int attempt, Way way, List<Removal> removed) {
        for (List<List<Removal>> steps : view.plan().portions(AT_ONCE)) {
            try (way; LockFile _ = repository.leases().freeze(); LockFile _ = repository.refs().lock(WAIT_FOR_REFS)) {
                if (!isStillRight(view, steps, attempt)) {
                    return false;
                }
                for (List<Removal> step : steps) {
                    way.remove(step);
                    removed.addAll(step);
                }
            }
        }
        return true;
    }

    private boolean isStillRight(View view, List<List<Removal>> steps, int attempt) {
        Needs now = needs();
        boolean isSame = now.refs().equals(view.needs().refs())
                && view.needs().leases().containsAll(now.leases())
                && view.needs().timelines().containsAll(now.timelines());
        return isSame || attempt > ATTEMPTS
                && new HashSet<>(look().plan().removals()).containsAll(steps.stream().flatMap(List::stream).toList());
    }

    /**
     * Removes what the WAL index has of segments that are gone: it tells of points that cannot be had any more. Of all
     * timelines, as a collection may have been killed before it came to this.
     */
    private void removeIndexes() {
        for (TimelineId timeline : repository.timelines().list()) {
            Path index = repository.timelines().walIndexDirectory(timeline);
            if (Files.isDirectory(index)) {
                repository.timelines().historyIfThere(timeline).flatMap(TimelineHistory::cluster).ifPresent(cluster ->
                        new WalIndexFiles(index, repository.files(), cluster).retain(Holdings.segments(repository, timeline,
                                Optional.of(cluster.segmentSize())).keySet()));
            }
        }
    }
}
