package dev.neon.compute.workspace;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.PostgresSource;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.process.ServerUser;
import dev.neon.fsck.PageComparison;
import dev.neon.materialise.DataDirectoryPages;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.repository.ScratchDirectory;
import dev.neon.repo.revision.Point;
import dev.neon.snapshot.DataDirectoryFiles;
import dev.neon.snapshot.PointPages;
import dev.neon.snapshot.Snapshot;
import dev.neon.wal.RecordBoundaries;
import dev.neon.wal.WalPosition;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalSpan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Compares what neon makes of snapshots and WAL with what PostgreSQL's recovery makes of WAL at the same point. PostgreSQL
 * begins at the snapshot before the one that neon reads, if there is one: so the pages of that are compared as well. It runs
 * as a single process on a copy that nobody else knows of, and ends with a checkpoint.
 */
public final class DeepCheck {
    private static final Duration LIMIT = Duration.ofHours(6);

    private final Workspace workspace;
    private final PostgresSource postgres;

    DeepCheck(Workspace workspace, PostgresSource postgres) {
        this.workspace = workspace;
        this.postgres = postgres;
    }

    /**
     * Points at which records end, anywhere from the first that can be reached to a last one.
     *
     * @param seed the same one chooses the same, as long as the timeline's end stays
     */
    public List<Lsn> choose(Point last, int count, long seed) {
        TimelineId timeline = last.timeline();
        Lsn first = workspace.positions().first(timeline);
        Lsn end = last.lsn();
        RecordBoundaries boundaries = RecordBoundaries.of(workspace.wal().source(timeline), end);
        Random random = new Random(seed);
        List<Lsn> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            points.add(switch (boundaries.locate(first.plus(random.nextLong(end.minus(first) + 1)))) {
                case WalPosition.Boundary boundary -> boundary.lsn();
                case WalPosition.Inside inside -> inside.after();
                case WalPosition.BeyondEnd beyond -> beyond.end();
                case WalPosition.BeforeHistory before -> first;
            });
        }
        return points;
    }

    /**
     * Compares.
     *
     * @throws NotFoundException                          if the point cannot be reached
     * @throws dev.neon.repo.error.UnsupportedException    if only a copy of a running server reaches it
     * @throws dev.neon.repo.error.UnsupportedWalException if WAL has records that neon does not know
     */
    public PageComparison compare(TimelineId timeline, Lsn point) {
        Repository repository = workspace.repository();
        Snapshot base = workspace.snapshots().newestFor(timeline, point).orElseThrow(() -> new NotFoundException(
                "no snapshot at or below " + point, "'neon snapshot list --all' shows what there is."));
        Snapshot before = workspace.snapshots().newestFor(timeline, base.lsn().plus(-1)).orElse(base);
        try (ScratchDirectory made = ScratchDirectory.make(repository)) {
            Path scratch = made.path().resolve("data");
            exportFrom(before, base, timeline, point, scratch);
            // The server's user has to come by.
            ServerUser.current().own(made.path());
            recover(timeline, scratch);
            try (PointPages ours = PointPages.at(workspace.snapshots(), base, workspace.wal().source(timeline), point)) {
                return PageComparison.of(ours, DataDirectoryPages.open(scratch, end(scratch)), point);
            }
        }
    }

    private void exportFrom(Snapshot before, Snapshot base, TimelineId timeline, Lsn point, Path target) {
        try {
            workspace.dataDirectories().exportFrom(before, timeline, point, target);
        } catch (UnsupportedException | UnsupportedWalException notFromThere) {
            // As where WAL does not tell all that is in the newer one.
            if (before == base) {
                throw notFromThere;
            }
            workspace.dataDirectories().exportFrom(base, timeline, point, target);
        }
    }

    /** The end of the checkpoint with which PostgreSQL has shut down. */
    private static Lsn end(Path directory) {
        ControlFile control = ControlFile.read(directory.resolve(DataDirectoryFiles.CONTROL_FILE));
        WalSource source = WalSource.of(control.identity(), List.of(new WalSpan(
                directory.resolve(DataDirectoryFiles.WAL_DIRECTORY), Lsn.ZERO, Optional.empty())));
        try (WalReader reader = WalReader.from(source, control.checkPointLsn())) {
            if (!reader.next()) {
                throw new NotFoundException("no WAL record at " + control.checkPointLsn() + " in '" + directory + "'",
                        "PostgreSQL has not shut down as it does. Try again.");
            }
            return reader.end();
        }
    }

    private void recover(TimelineId timeline, Path directory) {
        PostgresBinaries binaries = postgres.find(workspace.wal().identity(timeline).major(), Optional.empty());
        ServerUser user = ServerUser.current();
        ProgramRun.of(user.wrap(List.of(binaries.program("postgres").toString(), "--single", "-D",
                directory.toAbsolutePath().toString(), "-c", "autovacuum=off", "-c", "archive_mode=off", "template1")),
                LIMIT).orThrow("Try again, or look at the revision with 'neon start --read-only'.");
    }
}
