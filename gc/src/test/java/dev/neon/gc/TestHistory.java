package dev.neon.gc;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.TestContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.Warnings;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.WalPositions;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A repository with timelines made by hand: refs, histories and manifests are real, WAL there is none. Each timeline has
 * 16 bytes of it for each second up to {@link TestContext#NOW}, when it ends at {@link #END}.
 */
final class TestHistory implements WalPositions {
    static final TimelineId MAIN = new TimelineId("a".repeat(32));
    static final TimelineId SIDE = new TimelineId("b".repeat(32));
    static final RefName BRANCH = RefName.branch("main");
    static final Lsn FIRST = new Lsn(0x1000);
    static final Lsn FORK = new Lsn(0x2000);
    static final Lsn END = new Lsn(0x10000);

    private final Path directory;
    private final List<String> warnings = new ArrayList<>();
    private Instant now = TestContext.NOW;

    /** Makes main with snapshots, a fork of it without a name, and a branch on main. */
    TestHistory(Path directory) {
        this.directory = directory.resolve(".neon");
        Repository repository = Repository.create(this.directory, context(), _ -> { });
        repository.timelines().create(history(repository, MAIN, List.of()), Map.of());
        repository.timelines().create(history(repository, SIDE, List.of(new Ancestor(MAIN, FORK, "test"))), Map.of());
        image(repository, FIRST);
        image(repository, new Lsn(0x8000));
        repository.refs().begin("test").create(BRANCH, new RefTarget.Timeline(MAIN)).commit();
    }

    private static TimelineHistory history(Repository repository, TimelineId id, List<Ancestor> ancestors) {
        return new TimelineHistory(id, Optional.of(repository.id()), Optional.of(new ClusterIdentity(18, 7, 1 << 24, true, 1)),
                Optional.of(TestContext.NOW), Optional.empty(), ancestors);
    }

    private static void image(Repository repository, Lsn lsn) {
        try {
            Path place = Files.createDirectories(repository.timelines().snapshotsDirectory(MAIN).resolve(lsn.toFileName()));
            new SnapshotManifest(18, lsn, Optional.empty(), SnapshotManifest.Versions.LAST, List.of(),
                    new LayerFile("metadata", 1, 0, Optional.empty())).write(repository.context().steps(), place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RepositoryContext context() {
        return new RepositoryContext(new NioFileSteps(), Clock.fixed(now, ZoneOffset.UTC), "tester",
                TestContext.live().process(), Progress.NONE, new Warnings(warnings::add));
    }

    /** What happens from now on is later. */
    void sleep(Duration duration) {
        now = now.plus(duration);
    }

    Instant now() {
        return now;
    }

    List<String> warnings() {
        return warnings;
    }

    Repository repository() {
        return Repository.open(directory, context());
    }

    RepositoryFacts facts() {
        Repository repository = repository();
        return RepositoryFacts.read(repository, new SnapshotStore(repository, new RepositoryWal(repository, _ -> false)));
    }

    Roots roots(Root... servers) {
        return Roots.read(repository(), facts(), this, now, () -> List.of(servers));
    }

    @Override
    public Lsn end(TimelineId timeline) {
        return END;
    }

    @Override
    public Lsn first(TimelineId timeline) {
        return FIRST;
    }

    @Override
    public Lsn boundary(TimelineId timeline, Lsn lsn) {
        return lsn;
    }

    @Override
    public Lsn atTime(TimelineId timeline, Instant time) {
        long back = 16 * Math.max(0, Duration.between(time, TestContext.NOW).toSeconds());
        if (back > END.minus(FIRST)) {
            throw new InvalidInputException("before the history");
        }
        return END.plus(-back);
    }

    @Override
    public Lsn afterTransaction(TimelineId timeline, long xid) {
        throw new NotFoundException("no transactions");
    }

    @Override
    public Lsn restorePoint(TimelineId timeline, String name) {
        throw new NotFoundException("no restore points");
    }
}
