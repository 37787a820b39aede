package dev.neon.compute.daemon;

import dev.neon.compute.instance.Instances;
import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.SnapshotCreation;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What is to be done unasked, as the files tell. For one thread. */
final class DueJobs {
    /** A page server that has just started has something better to do. */
    private static final Duration FIRST = Duration.ofMinutes(1);
    /** Those that are kept although their time is over, since HEAD is on them for example, are not tried all the time. */
    private static final Duration EXPIRY_INTERVAL = Duration.ofMinutes(10);

    private final long began = System.nanoTime();
    /** When it was last due, in nanoseconds of this JVM. */
    private Optional<Long> collected = Optional.empty();
    private Optional<Long> expired = Optional.empty();

    /**
     * The next job. Nothing is due while another command does the same.
     *
     * @param isWelcome false for what has failed not long ago
     */
    Optional<Job> next(Workspace workspace, Predicate<Job> isWelcome) {
        RepositoryConfig config = workspace.repository().config();
        if (!HousekeepingSettings.isAutomatic(config)) {
            return Optional.empty();
        }
        return snapshot(workspace, isWelcome).or(() -> collection(workspace, isWelcome)).or(() -> expiry(workspace, isWelcome));
    }

    /**
     * Of the branch that needs it most. Only servers that run make WAL; one that has stopped has got its snapshot, or does not need it more than
     * before.
     */
    private static Optional<Job> snapshot(Workspace workspace, Predicate<Job> isWelcome) {
        if (!workspace.repository().isLayered() || workspace.snapshots().isBusy()) {
            return Optional.empty();
        }
        long most = SnapshotCreation.distance(workspace.repository().config());
        Optional<Job> next = Optional.empty();
        Map<TimelineId, RefName> branches = new HashMap<>();
        workspace.repository().refs().list(RefName.Kind.BRANCH).forEach((branch, target) -> branches.put(Branches.timelineOf(target), branch));
        WalLag lags = new WalLag(workspace);
        for (Instances.Listed listed : workspace.instances().list()) {
            TimelineId timeline = listed.instance().timeline();
            Optional<Job> job = Optional.ofNullable(branches.get(timeline)).map(branch -> Job.snapshot(branch.shortName())).filter(isWelcome);
            long lag = listed.isRunning() && job.isPresent() ? lags.of(timeline).orElse(0L) : 0;
            if (lag > most) {
                most = lag;
                next = job;
            }
        }
        return next;
    }

    private Optional<Job> collection(Workspace workspace, Predicate<Job> isWelcome) {
        Repository repository = workspace.repository();
        Optional<Duration> interval = HousekeepingSettings.gcInterval(repository.config());
        if (interval.isEmpty() || !collected.map(last -> hasPassed(last, interval.get())).orElseGet(() -> hasPassed(began, shorter(FIRST, interval.get())))
                || !isWelcome.test(Job.collectionIfDue()) || LockFile.isHeld(repository.runDirectory().resolve("gc.lock"), repository.context().process())) {
            return Optional.empty();
        }
        collected = Optional.of(System.nanoTime());
        return Optional.of(Job.collectionIfDue());
    }

    /** A gc does that too, but once a day; test suites make branches that are to live for minutes. */
    private Optional<Job> expiry(Workspace workspace, Predicate<Job> isWelcome) {
        if (expired.filter(last -> !hasPassed(last, EXPIRY_INTERVAL)).isPresent() || !isWelcome.test(Job.expiry())
                || !hasExpiredBranch(workspace)) {
            return Optional.empty();
        }
        expired = Optional.of(System.nanoTime());
        return Optional.of(Job.expiry());
    }

    /** One with a server is kept until that has stopped. */
    private static boolean hasExpiredBranch(Workspace workspace) {
        Instant now = workspace.repository().context().clock().instant();
        BranchSettings settings = new BranchSettings(workspace.repository().config());
        return workspace.repository().refs().list(RefName.Kind.BRANCH).entrySet().stream().anyMatch(branch -> {
            try {
                return settings.expires(branch.getKey()).filter(time -> !time.isAfter(now)).isPresent()
                        && workspace.instances().find(Branches.timelineOf(branch.getValue())).isEmpty();
            } catch (InvalidInputException noTime) {
                return false;
            }
        });
    }

    private static boolean hasPassed(long since, Duration time) {
        return System.nanoTime() - since >= time.toNanos();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
