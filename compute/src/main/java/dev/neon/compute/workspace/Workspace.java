package dev.neon.compute.workspace;

import dev.neon.ancestry.CommittedWork;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.PostgresSource;
import dev.neon.compute.instance.StartRequest;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.RevisionResolver;
import dev.neon.snapshot.DataDirectoryBuilder;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.snapshot.TimelinePositions;
import java.time.Duration;
import java.util.function.Supplier;

/** An open repository together with the servers that run on it. Building one reads nothing. */
public final class Workspace {
    private final Repository repository;
    private final PostgresSource postgres;
    private final Instances instances;
    private final SnapshotStore snapshots;
    private final TimelinePositions positions;
    private final RevisionResolver resolver;

    /** @param postgres asked only when a program is needed */
    public Workspace(Repository repository, PostgresSource postgres) {
        this.repository = repository;
        this.postgres = postgres;
        this.instances = new Instances(repository, postgres);
        this.snapshots = new SnapshotStore(repository, instances.wal());
        this.positions = new TimelinePositions(repository, instances.wal(), snapshots);
        this.resolver = new RevisionResolver(repository, positions,
                (timeline, from, to) -> CommittedWork.isThereAny(wal().source(timeline), from, to));
    }

    public Repository repository() {
        return repository;
    }

    /** Where programs come from. */
    public PostgresSource postgres() {
        return postgres;
    }

    public Instances instances() {
        return instances;
    }

    public RepositoryWal wal() {
        return instances.wal();
    }

    public SnapshotStore snapshots() {
        return snapshots;
    }

    public TimelinePositions positions() {
        return positions;
    }

    public RevisionResolver resolver() {
        return resolver;
    }

    /** Starts a server; a throw-away timeline that could not be started on is removed again. */
    public Instances.Started start(StartRequest request) {
        return orNothing(request, () -> instances.start(request));
    }

    /** Restarts a server; a throw-away timeline that could not be started on is removed. */
    public Instances.Started restart(Instance running, StartRequest request, Duration timeout) {
        return orNothing(request, () -> instances.restart(running, request, timeout));
    }

    private Instances.Started orNothing(StartRequest request, Supplier<Instances.Started> start) {
        try {
            return start.get();
        } catch (RuntimeException failure) {
            if (request.readOnly() && instances.find(request.timeline()).isEmpty()) {
                // An interrupted thread could remove half of it.
                boolean interrupted = Thread.interrupted();
                instances.removeThrowAway(request.timeline());
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            throw failure;
        }
    }

    public Timelines timelines() {
        return new Timelines(this);
    }

    public Branches branches() {
        return new Branches(this);
    }

    public BranchListing branchListing() {
        return new BranchListing(this);
    }

    public Tags tags() {
        return new Tags(this);
    }

    public SnapshotCreation snapshotCreation() {
        return new SnapshotCreation(this);
    }

    public DeepCheck deepCheck() {
        return new DeepCheck(this, postgres);
    }

    /** @param user whom to connect as: a superuser */
    public BootCheck bootCheck(String user) {
        return new BootCheck(this, user);
    }

    public DataDirectoryBuilder dataDirectories() {
        return new DataDirectoryBuilder(repository, wal(), snapshots, instances.settings());
    }
}
