package dev.neon.compute.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.wal.FinishedWorkload;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.state.BaseState;
import dev.neon.state.ClusterMetadata;
import dev.neon.state.EndOfRecovery;
import dev.neon.state.ForkEvents;
import dev.neon.state.MetadataFormat;
import dev.neon.state.Slru;
import dev.neon.state.SyntheticCheckpoint;
import dev.neon.wal.WalSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The metadata and the SLRUs that a walk through WAL leads to, beside what stock PostgreSQL has on disk: at the end of its
 * own run, and at random points where its crash recovery stops.
 */
class StateOfServersTest {
    /** How many random points; recovery to one takes seconds. */
    private static final int POINTS = Integer.getInteger("state.points", 1);
    private static final long SEED = Long.getLong("state.seed", System.nanoTime());

    @TempDir
    Path home;

    private Optional<Path> crashed = Optional.empty();

    static IntStream majors() {
        String one = System.getProperty("state.major", "");
        return TestPostgres.majors().filter(major -> one.isEmpty() || one.equals(Integer.toString(major)));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void stateIsThatOfPostgres(int major) throws Exception {
        compare(major, StateOfServersTest::randomPoints);
    }

    @ParameterizedTest
    @MethodSource("majors")
    @Tag("nightly")
    void stateIsThatOfPostgresAfterEachTypeOfRecord(int major) throws Exception {
        compare(major, (wal, begin, end) -> new TreeSet<>(LastOfEachType.find(wal, begin, end).values()));
    }

    /** Chooses points between two others. */
    private interface Choice {
        TreeSet<Lsn> points(WalSource wal, Lsn begin, Lsn end);
    }

    private void compare(int major, Choice choice) throws Exception {
        PostgresBinaries postgres = TestPostgres.major(major);
        FinishedWorkload workload = FinishedWorkload.of(major);
        Path base = workload.before();
        WalSource wal = workload.wal();
        Lsn begin = RecoveredCluster.recordEnd(wal, workload.first());
        Path data = workload.data();
        Lsn end = RecoveredCluster.recordEnd(wal, ControlFile.read(data.resolve("global/pg_control")).checkPointLsn());
        List<String> wrong = new ArrayList<>();
        try (StateWalk walk = new StateWalk(base, begin, wal)) {
            TreeSet<Lsn> points = choice.points(wal, begin, end);
            for (Lsn point : points) {
                walk.to(point);
                wrong.addAll(atPoint(postgres, base, wal, point, walk));
            }
            long start = System.nanoTime();
            walk.to(end);
            wrong.addAll(atEnd(data, end, walk));
            System.out.println("PostgreSQL " + major + ": " + points.size() + " points, " + walk.metadata().forks().size() + " forks, "
                    + walk.slrus().count() + " pages of SLRUs; the rest in "
                    + (System.nanoTime() - start) / 1_000_000 + " ms");
        }
        assertEquals(List.of(), wrong,
                () -> "PostgreSQL " + major + ", seed " + SEED + "\n" + String.join("\n", wrong));
    }

    private static TreeSet<Lsn> randomPoints(WalSource wal, Lsn begin, Lsn end) {
        Random random = new Random(SEED);
        List<Lsn> all = StateWalk.boundaries(wal, begin, end);
        TreeSet<Lsn> points = new TreeSet<>();
        while (points.size() < POINTS) {
            points.add(all.get(random.nextInt(all.size())));
        }
        return points;
    }

    private List<String> atEnd(Path data, Lsn end, StateWalk walk) throws Exception {
        ClusterMetadata server = BaseState.read(data, end);
        assertEquals(server.lsn(), walk.metadata().lsn());
        assertEquals(server.lastRecord(), walk.metadata().lastRecord());
        assertEquals(server.checkPointLsn(), walk.metadata().checkPointLsn());
        assertEquals(server.checkPoint(), walk.metadata().checkPoint());
        List<String> wrong = StateDifferences.find(server, data, walk.metadata(), false);
        wrong.add(walk.slrus().difference(SlruContents.read(data, server)));
        return tell("at the end", wrong);
    }

    private List<String> atPoint(PostgresBinaries postgres, Path base, WalSource wal, Lsn point, StateWalk walk)
            throws Exception {
        ClusterMetadata ours = walk.metadata().copy();
        requireSameBytes(base, ours);
        SlruContents slrus = walk.slrus().copy();
        EndOfRecovery.touches(ours, new ForkEvents() {
            @Override
            public void changed(Slru slru, int page, boolean isNew) {
                EndOfRecovery.redo(ours, slru, page, slrus.page(slru, page));
            }
        });
        Path target = home.resolve("at-" + point.toFileName());
        Lsn end = RecoveredCluster.make(postgres, base, wal, point, ours, target);
        ClusterMetadata server = BaseState.read(target, end);
        List<String> wrong = StateDifferences.find(server, target, ours, true);
        wrong.add(slrus.difference(SlruContents.read(target, server)));
        if (wrong.stream().allMatch(String::isEmpty)) {
            wrong.addAll(startedThere(postgres, wal, ours, slrus, target));
        }
        wrong.addAll(crashedBefore(postgres, wal, point, ours, slrus));
        leaveCrashed(walk, target, point);
        new DurableFiles(new NioFileSteps()).deleteTree(target);
        return tell("at " + point, wrong);
    }

    /** The fallback: a state that looks as if its server had crashed there. */
    private void leaveCrashed(StateWalk walk, Path pages, Lsn point) throws Exception {
        Path target = home.resolve("crashed-at-" + point.toFileName());
        BuiltDirectory.build(walk.metadata(), walk.slrus(), SyntheticCheckpoint.controlFileInProduction(walk.metadata()),
                pages, target);
        crashed = Optional.of(target);
    }

    /** From the last such state, stock PostgreSQL recovers to the same. */
    private List<String> crashedBefore(PostgresBinaries postgres, WalSource wal, Lsn point, ClusterMetadata ours,
            SlruContents slrus) throws Exception {
        if (crashed.isEmpty()) {
            return List.of();
        }
        Path target = crashed.get();
        Lsn redo = ControlFile.read(target.resolve("global/pg_control")).checkPoint().redo();
        RecoveredCluster.linkWal(wal, redo, point, target.resolve("pg_wal"));
        Lsn end = RecoveredCluster.recover(postgres, ours, target);
        ClusterMetadata server = BaseState.read(target, end);
        List<String> wrong = StateDifferences.find(server, target, ours, true);
        wrong.add(slrus.difference(SlruContents.read(target, server)));
        new DurableFiles(new NioFileSteps()).deleteTree(target);
        return wrong.stream().filter(text -> !text.isEmpty()).map(text -> "from " + target.getFileName() + ": " + text)
                .toList();
    }

    /** A server on the skeleton, with the pages that recovery made, leaves the same when it stops. */
    private List<String> startedThere(PostgresBinaries postgres, WalSource wal, ClusterMetadata ours, SlruContents slrus,
            Path pages) throws Exception {
        Path target = home.resolve("on-" + ours.lsn().toFileName());
        SyntheticCheckpoint checkpoint = new SyntheticCheckpoint(ours, Instant.now());
        BuiltDirectory.build(ours, slrus, checkpoint.controlFile(), pages, target);
        checkpoint.append(new NioFileSteps(), wal, target.resolve("pg_wal"));
        try (PlainCluster cluster = PlainCluster.at(target, postgres).start(RecoveredCluster.settings(ours))) {
            cluster.stop();
        }
        String log = Files.readString(target.resolveSibling(target.getFileName() + ".log"));
        assertTrue(log.contains("database system was shut down at") && !log.contains("redo starts"), log);
        ControlFile control = ControlFile.read(target.resolve("global/pg_control"));
        WalSource written = WalSource.of(wal.identity(), target.resolve("pg_wal"));
        ClusterMetadata server = BaseState.read(target, RecoveredCluster.recordEnd(written, control.checkPointLsn()));
        List<String> wrong = StateDifferences.find(server, target, ours, true);
        wrong.add(slrus.difference(SlruContents.read(target, server)));
        new DurableFiles(new NioFileSteps()).deleteTree(target);
        return wrong;
    }

    /** Writing and reading change nothing, in whole or as a difference. */
    private static void requireSameBytes(Path file, ClusterMetadata metadata) {
        byte[] whole = MetadataFormat.write(metadata);
        ClusterMetadata read = MetadataFormat.read(file, whole);
        assertArrayEquals(whole, MetadataFormat.write(read));
        ClusterMetadata parent = BaseState.read(file, metadata.lsn());
        byte[] difference = MetadataFormat.writeDifference(metadata, parent);
        assertArrayEquals(whole, MetadataFormat.write(MetadataFormat.readDifference(file, difference, parent)));
    }

    private static List<String> tell(String where, List<String> wrong) {
        return wrong.stream().filter(text -> !text.isEmpty()).map(text -> where + ": " + text).toList();
    }
}
