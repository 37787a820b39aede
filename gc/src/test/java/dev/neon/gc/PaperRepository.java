package dev.neon.gc;

import dev.neon.gc.TimelineFacts.SnapshotName;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.layer.SnapshotManifest.Parent;
import dev.neon.repo.layer.SnapshotManifest.Versions;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.WalPositions;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * A repository whose database is a list of numbers. All its files are real but for what is in them: a WAL segment has a line
 * "LSN number" for each record, and a snapshot the numbers themselves. So what a point is made of has to be there, and
 * the right one, for the list to come out.
 */
final class PaperRepository {
    static final int SEGMENT = 1 << 20;
    /** Bytes of a record. */
    static final int RECORD = SEGMENT / 4;
    static final Lsn START = new Lsn(8L * SEGMENT);
    private static final NioFileSteps FILES = new NioFileSteps();
    private static final ClusterIdentity CLUSTER = new ClusterIdentity(18, 42, SEGMENT, true, 1);

    private final Repository repository;
    private final SnapshotStore snapshots;
    private final Time clock;

    /** A clock that is set by hand. */
    static final class Time extends Clock {
        private Instant now = Instant.parse("2026-11-21T07:35:31Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private PaperRepository(Repository repository, Time clock) {
        this.repository = repository;
        this.snapshots = new SnapshotStore(repository, new RepositoryWal(repository, _ -> false));
        this.clock = clock;
    }

    static PaperRepository create(Path directory, Time clock) {
        return new PaperRepository(Repository.create(directory, context(FILES, clock), _ -> { }), clock);
    }

    static PaperRepository open(Path directory, FileSteps steps, Time clock) {
        return new PaperRepository(Repository.open(directory, context(steps, clock)), clock);
    }

    /** As {@link #open}, by a process that will be found dead. */
    static PaperRepository openDoomed(Path directory, FileSteps steps, Time clock) {
        ProcessIdentity self = ProcessIdentity.current();
        return new PaperRepository(Repository.open(directory, new RepositoryContext(steps, clock, "tester",
                new ProcessIdentity(self.host(), self.pid(), self.startTicks() - 1, self.boot(), self.namespace()))), clock);
    }

    private static RepositoryContext context(FileSteps steps, Clock clock) {
        return new RepositoryContext(steps, clock, "tester", ProcessIdentity.current());
    }

    Repository repository() {
        return repository;
    }

    SnapshotStore snapshots() {
        return snapshots;
    }

    GarbageCollection gc() {
        return gc((timeline, wait) -> { });
    }

    GarbageCollection gc(GarbageCollection.Discard discard) {
        return new GarbageCollection(repository, snapshots, this::roots, discard);
    }

    Trash trash() {
        return new Trash(repository, snapshots);
    }

    private Roots roots(RepositoryFacts facts) {
        return Roots.read(repository, facts, new Positions(), clock.instant(), java.util.List::of);
    }

    /** A timeline that begins with nothing. */
    TimelineId root() {
        TimelineId id = TimelineId.random();
        repository.timelines().create(new TimelineHistory(id, Optional.of(repository.id()), Optional.of(CLUSTER),
                Optional.of(clock.instant()), Optional.empty(), java.util.List.of()), Map.of());
        image(id, START, "");
        return id;
    }

    TimelineId fork(TimelineId parent, Lsn at) {
        TimelineHistory history = repository.timelines().history(parent);
        // Below its own fork the WAL is an ancestor's, who is then the parent.
        while (history.parent().filter(above -> at.isBefore(above.forkPoint())).isPresent()) {
            history = repository.timelines().history(history.parent().get().timeline());
        }
        TimelineId id = TimelineId.random();
        repository.timelines().create(history.fork(id, repository.id(), at, "test", clock.instant(), Optional.empty()),
                Map.of());
        return id;
    }

    Lsn end(TimelineId timeline) {
        Lsn end = repository.timelines().history(timeline).parent().map(Ancestor::forkPoint).orElse(START);
        try {
            for (Path file : Directories.list(repository.timelines().walDirectory(timeline))) {
                for (String line : Files.readAllLines(file)) {
                    end = Lsn.max(end, Lsn.parse(line.split(" ")[0]).plus(RECORD));
                }
            }
            return end;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a record at the end of a timeline; returns where it ends. */
    Lsn write(TimelineId timeline, int number) {
        Lsn at = end(timeline);
        Path file = repository.timelines().walDirectory(timeline)
                .resolve(SegmentName.containing(at, 1, SEGMENT).toString());
        try {
            Files.writeString(file, at + " " + number + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return at.plus(RECORD);
    }

    /** Makes a snapshot at the end, if there is none. */
    void snapshot(TimelineId timeline, boolean wantsImage) {
        snapshot(timeline, end(timeline), wantsImage);
    }

    /** Where a snapshot would free something. */
    java.util.List<SnapshotName> foldablePoints() {
        RepositoryFacts facts = RepositoryFacts.read(repository, snapshots);
        return FoldablePoints.of(facts, roots(facts));
    }

    void snapshot(TimelineId timeline, Lsn end, boolean wantsImage) {
        Snapshot below = snapshots.newestFor(timeline, end).orElseThrow();
        if (below.lsn().equals(end)) {
            return;
        }
        String state = state(timeline, end);
        if (wantsImage) {
            image(timeline, end, state);
        } else {
            String before = read(below);
            add(timeline, end, Optional.of(new Parent(below.timeline(), below.lsn())), state.substring(before.length()));
        }
    }

    private void image(TimelineId timeline, Lsn lsn, String state) {
        add(timeline, lsn, Optional.empty(), state);
    }

    private void add(TimelineId timeline, Lsn lsn, Optional<Parent> parent, String content) {
        snapshots.addLayers(timeline, directory -> {
            try {
                Files.writeString(directory.resolve("numbers"), content);
                SnapshotManifest manifest = new SnapshotManifest(18, lsn, parent, Versions.ALL, java.util.List.of(),
                        new LayerFile("metadata", 0, 0));
                manifest.write(FILES, directory);
                return manifest;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private String read(Snapshot snapshot) {
        Optional<Parent> parent = SnapshotManifest.read(snapshot.directory()).parent();
        String below = parent.map(each -> read(snapshots.list(each.timeline()).stream()
                .filter(other -> other.lsn().equals(each.lsn())).findFirst().orElseThrow())).orElse("");
        return below + text(snapshot.directory().resolve("numbers"));
    }

    /** The list at a point, made of what there is; throws if something of it is missing. */
    String state(TimelineId timeline, Lsn point) {
        Snapshot base = snapshots.newestFor(timeline, point).orElseThrow();
        StringBuilder state = new StringBuilder(read(base));
        for (Lsn at = base.lsn(); at.isBefore(point); at = at.plus(RECORD)) {
            String record = at + " ";
            Path file = repository.timelines().walDirectory(holder(timeline, at))
                    .resolve(SegmentName.containing(at, 1, SEGMENT).toString());
            state.append(text(file).lines().filter(line -> line.startsWith(record)).findFirst().orElseThrow()
                    .substring(record.length())).append(',');
        }
        return state.toString();
    }

    /** Whose WAL has the record at a position. */
    private TimelineId holder(TimelineId timeline, Lsn at) {
        TimelineHistory history = repository.timelines().history(timeline);
        for (Ancestor ancestor : history.ancestors()) {
            if (at.isBefore(ancestor.forkPoint())) {
                return ancestor.timeline();
            }
        }
        return timeline;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Time is told by position: a record takes a minute. */
    final class Positions implements WalPositions {
        @Override
        public Lsn end(TimelineId timeline) {
            return PaperRepository.this.end(timeline);
        }

        @Override
        public Lsn first(TimelineId timeline) {
            return START;
        }

        @Override
        public Lsn boundary(TimelineId timeline, Lsn lsn) {
            return lsn;
        }

        @Override
        public Lsn atTime(TimelineId timeline, Instant time) {
            long minutes = Duration.between(time, clock.instant()).toMinutes();
            Lsn end = end(timeline);
            return Lsn.max(START, end.plus(-Math.min(minutes * RECORD, end.value())));
        }

        @Override
        public Lsn afterTransaction(TimelineId timeline, long xid) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Lsn restorePoint(TimelineId timeline, String name) {
            throw new UnsupportedOperationException();
        }
    }
}
