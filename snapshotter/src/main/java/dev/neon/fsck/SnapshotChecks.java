package dev.neon.fsck;

import dev.neon.repo.error.NeonException;
import dev.neon.repo.progress.Progress;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/**
 * Reads snapshots, as many at a time as there are processors: one thread waits for the disk while another checks. What is found is
 * told in the order of the snapshots, by the caller's thread.
 */
final class SnapshotChecks {
    /** So many are begun before the first of them has to be done. */
    private static final int AHEAD = 2;

    private final SnapshotStore snapshots;
    private final VerificationMemory memory;
    private final Progress progress;
    private final BiConsumer<Snapshot, Damage> found;
    private int read;

    /** @param found is told of each damage */
    SnapshotChecks(SnapshotStore snapshots, VerificationMemory memory, Progress progress, BiConsumer<Snapshot, Damage> found) {
        this.snapshots = snapshots;
        this.memory = memory;
        this.progress = progress;
        this.found = found;
    }

    /** One that is being read. */
    private record Running(Snapshot snapshot, SnapshotStamp before, Future<Outcome> outcome) {}

    private record Outcome(List<Damage> damages, boolean isSound) {}

    /**
     * Checks those that are not known; of the others only that they fit those that they lie on.
     *
     * @return how many were read
     * @throws InterruptedException if the calling thread was interrupted
     */
    int run(List<Snapshot> all) throws InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors();
        Deque<Running> running = new ArrayDeque<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            try {
                for (Snapshot snapshot : all) {
                    SnapshotStamp before = memory.look(snapshot);
                    boolean isKnown = memory.knows(snapshot, before);
                    read += isKnown ? 0 : 1;
                    running.add(new Running(snapshot, before, pool.submit(check(snapshot, isKnown))));
                    if (running.size() > threads * AHEAD) {
                        end(running.remove());
                    }
                }
                while (!running.isEmpty()) {
                    end(running.remove());
                }
            } finally {
                pool.shutdownNow();
            }
        }
        return read;
    }

    private Callable<Outcome> check(Snapshot snapshot, boolean isKnown) {
        return () -> {
            List<Damage> damages = new ArrayList<>();
            try (Progress.Task task = progress.begin("checking the snapshot at " + snapshot.lsn(), Progress.UNKNOWN_TOTAL,
                    Progress.Unit.BYTES)) {
                SnapshotCheck check = new SnapshotCheck(snapshots, snapshot, task, damages::add);
                if (isKnown) {
                    check.chain();
                    return new Outcome(damages, false);
                }
                check.run();
                // Of a copy of a running server nothing was read.
                return new Outcome(damages, check.isSound() && check.isWhole() && snapshot.clean());
            }
        };
    }

    private void end(Running running) throws InterruptedException {
        try {
            Outcome outcome = running.outcome().get();
            outcome.damages().forEach(damage -> found.accept(running.snapshot(), damage));
            if (outcome.isSound()) {
                memory.verified(running.snapshot(), running.before());
            }
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof NeonException known) {
                throw known;
            }
            throw new IllegalStateException(failure.getCause());
        }
    }
}
