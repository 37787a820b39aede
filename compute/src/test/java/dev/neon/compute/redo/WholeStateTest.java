package dev.neon.compute.redo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.mustshow.Points;
import dev.neon.compute.wal.FinishedWorkload;
import dev.neon.materialise.DataDirectoryPages;
import dev.neon.materialise.Materialiser;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.progress.Progress;
import dev.neon.slice.BlockIndex;
import dev.neon.slice.IndexWalk;
import dev.neon.slice.ParallelWork;
import dev.neon.slice.TailPages;
import dev.neon.wal.WalReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * At random points of the workload, the data directory that neon makes is the one that PostgreSQL's own recovery makes of
 * the same base and WAL. {@code -Dredo.seed=1} takes the points of an earlier run.
 */
class WholeStateTest {
    private static final List<Integer> THOROUGH = List.of(15, 18);
    private static final int SHOWN = 10;

    @TempDir
    Path home;

    private final DurableFiles files = new DurableFiles(new NioFileSteps());

    /** On the releases with the oldest and the newest form of each record. */
    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void isWhatRecoveryMakes(int major) throws Exception {
        compare(major, THOROUGH.contains(major) ? 2 : 1);
    }

    @ParameterizedTest
    @Tag("nightly")
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    void isWhatRecoveryMakesAtManyPoints(int major) throws Exception {
        compare(major, THOROUGH.contains(major) ? 100 : 20);
    }

    private void compare(int major, int count) throws Exception {
        long seed = Long.getLong("redo.seed", new Random().nextLong());
        PostgresBinaries postgres = TestPostgres.major(major);
        FinishedWorkload workload = FinishedWorkload.of(major);
        List<String> differences = new ArrayList<>();
        long pages = 0;
        long masked = 0;
        Lsn base = endOfFirst(workload);
        for (Lsn point : Points.after(workload.wal(), base).choose(count, new Random(seed))) {
            Path theirs = home.resolve("postgres");
            Path ours = home.resolve("neon");
            CutCluster.recover(postgres, workload.before(), workload.wal(), workload.first(), point, theirs);
            materialise(workload, base, point, ours);
            DataDirectoryComparison.Result result = DataDirectoryComparison.compareWithRecovered(theirs, ours);
            pages += result.pages();
            masked += result.masked();
            result.differences().forEach(difference -> differences.add(point + ": " + difference));
            files.deleteTree(theirs);
            files.deleteTree(ours);
        }
        System.out.println("PostgreSQL " + major + ", " + count + " points of -Dredo.seed=" + seed + ": " + pages
                + " pages compared, " + masked + " of them equal only when masked, " + differences.size() + " differences");
        assertEquals(0, differences.size(), () -> differences.size() + " differences, -Dredo.seed=" + seed + "\n"
                + String.join("\n", differences.subList(0, Math.min(SHOWN, differences.size()))));
    }

    private static Lsn endOfFirst(FinishedWorkload workload) {
        try (WalReader reader = WalReader.from(workload.wal(), workload.first())) {
            reader.next();
            return reader.end();
        }
    }

    private static void materialise(FinishedWorkload workload, Lsn base, Lsn point, Path target) {
        DataDirectoryPages pages = DataDirectoryPages.open(workload.before(), base);
        BlockIndex index = IndexWalk.walk(workload.wal(), pages.metadata(), point, BlockIndex.MOST_PLACES);
        try (TailPages tail = new TailPages(pages, index)) {
            new Materialiser(new NioFileSteps(), ParallelWork.onAllProcessors(), Progress.NONE)
                    .writeShutDown(tail, Instant.now(), target);
        }
    }
}
