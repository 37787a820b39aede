package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.wal.WalReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A cluster that neon has materialised at a random point of a mixed workload starts without recovery, is sound, says
 * what PostgreSQL says that has recovered to the same point by itself, and recovers from a crash of its own.
 * {@code -Dmaterialised.seed=1} takes the points of an earlier run, {@code -Dmaterialised.points=3} so many of each nightly
 * major, {@code -Dmaterialised.major=17} one major only.
 */
class MaterialisedClusterTest {
    private static final String BRANCH = "at";
    private static final List<String> QUIET = List.of("autovacuum=off", "max_prepared_transactions=100");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = 15)
    void isThatOfPointInTimeRecovery(int major) throws Exception {
        points(major, 2, 100, 1);
    }

    static IntStream majors() {
        String one = System.getProperty("materialised.major", "");
        return TestPostgres.majors().filter(major -> one.isEmpty() || one.equals(Integer.toString(major)));
    }

    @ParameterizedTest
    @MethodSource("majors")
    @Tag("nightly")
    void isThatOfPointInTimeRecoveryAtManyPoints(int major) throws Exception {
        int count = Integer.getInteger("materialised.points", 10);
        points(major, 2 + count, 100 * count, count);
    }

    private void points(int major, int rounds, int transactions, int count) throws Exception {
        long seed = Long.getLong("materialised.seed", System.nanoTime());
        PostgresBinaries postgres = (major == 15 ? TestPostgres.debian15() : Optional.<PostgresBinaries>empty())
                .orElseGet(() -> TestPostgres.major(major));
        System.out.println("MaterialisedClusterTest on " + postgres.version() + ", -Dmaterialised.seed=" + seed);
        try (TestWorkspace neon = TestWorkspace.init(directory, postgres)) {
            Path base = directory.resolve("base");
            Lsn from = load(neon, postgres, base, rounds, transactions, seed);
            Path archive = neon.workspace().repository().timelines().walDirectory(neon.timeline("main"));
            PointInTimeRecovery stock = new PointInTimeRecovery(postgres, base, archive);
            List<Lsn> points = Points.after(neon, "main", from).choose(count, new Random(seed));
            Map<Lsn, Lsn> starts = starts(neon, from);
            int parts = 0;
            for (Lsn point : points) {
                parts += check(neon, postgres, stock, point, starts.get(point));
            }
            System.out.println("MaterialisedClusterTest on " + postgres.version() + ": " + points.size() + " of "
                    + starts.size() + " record boundaries, " + parts + " tables and listings compared");
        }
    }

    /** Runs the workload with a snapshot in its middle, stops the server, and tells from where on points can be had. */
    private static Lsn load(TestWorkspace neon, PostgresBinaries postgres, Path base, int rounds, int transactions,
            long seed) throws Exception {
        String[] settings = DdlLoad.SETTINGS.toArray(String[]::new);
        neon.start("main", settings);
        neon.execute("main", "CREATE EXTENSION amcheck");
        neon.stop("main");
        PointInTimeRecovery.keep(neon.workspace().repository().dataDirectory(neon.timeline("main")), base);
        Instance server = neon.start("main", settings);
        BankLoad bank = BankLoad.on(server, postgres, seed);
        Lsn from;
        try (DdlLoad ddl = new DdlLoad(server); MixedLoad mixed = new MixedLoad(server)) {
            ddl.create(server);
            mixed.create();
            from = neon.resolve("main").lsn();
            bank.create();
            Background running = Background.start(() -> bank.run(2, transactions));
            for (int round = 1; round <= rounds; round++) {
                ddl.round(round);
                mixed.round(round);
                if (round == (rounds + 1) / 2) {
                    neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
                }
            }
            running.join();
        }
        neon.stop("main");
        return from;
    }

    /** Where the records start, by where they end. */
    private static Map<Lsn, Lsn> starts(TestWorkspace neon, Lsn from) {
        Map<Lsn, Lsn> starts = new TreeMap<>();
        try (WalReader reader = WalReader.from(neon.workspace().wal().source(neon.timeline("main")), from)) {
            while (reader.next()) {
                starts.put(reader.end(), reader.start());
            }
        }
        return starts;
    }

    private int check(TestWorkspace neon, PostgresBinaries postgres, PointInTimeRecovery stock, Lsn point, Lsn last)
            throws Exception {
        String what = "main@" + point;
        TimelineId timeline = neon.branch(BRANCH, what);
        Instance server = neon.start(BRANCH, QUIET.toArray(String[]::new));
        Path log = neon.workspace().instances().log(timeline).file();
        requireStartedWithoutRecovery(Files.readString(log), what);
        ClusterContents ours = ClusterContents.read(server.jdbcUrl(""));
        compareWithRecovered(postgres, stock, last, server, ours, what);
        new PointCheck(server, postgres, what).all();

        ClusterContents written = writeAndKill(neon, server);
        long before = Files.size(log);
        server = neon.start(BRANCH, QUIET.toArray(String[]::new));
        String recovered = Files.readString(log).substring((int) before);
        assertTrue(recovered.contains("redo starts at"), () -> what + ", after a crash:\n" + recovered);
        assertEquals(List.of(), written.differences(lasting(ClusterContents.read(server.jdbcUrl("")))),
                what + ", after a crash");
        assertEquals(List.of("0"), neon.query(BRANCH, "SELECT count(*) FROM unlogged"), what + ", after a crash");
        // Its locks would keep the check from the table.
        neon.execute(BRANCH, "COMMIT PREPARED 'here'");
        Amcheck.run(server, postgres, what + ", after a crash");

        neon.workspace().instances().stop(timeline, ServerSignal.IMMEDIATE, TestWorkspace.STOP);
        neon.deleteDataDirectory(BRANCH);
        neon.workspace().branches().delete(BRANCH, true);
        neon.workspace().repository().timelines().remove(timeline);
        return ours.parts().size();
    }

    private static void requireStartedWithoutRecovery(String log, String what) {
        assertTrue(log.contains("database system was shut down at"), () -> what + ":\n" + log);
        assertFalse(log.contains("redo starts at"), () -> what + ":\n" + log);
    }

    private void compareWithRecovered(PostgresBinaries postgres, PointInTimeRecovery stock, Lsn last, Instance server,
            ClusterContents ours, String what) throws Exception {
        Path target = directory.resolve("stock");
        try (PlainCluster theirs = stock.to(last, target, QUIET)) {
            assertEquals(List.of(), ours.differences(ClusterContents.read("jdbc:postgresql://127.0.0.1:" + theirs.port()
                    + "/")), what + ": neon's contents, and PostgreSQL's");
            Optional<List<String>> dump = ClusterContents.dump(postgres, server.clientHost(), server.port());
            assertEquals(ClusterContents.dump(postgres, "127.0.0.1", theirs.port()), dump, what + ": dumps");
        }
        new DurableFiles(new NioFileSteps()).deleteTree(target);
    }

    /** Some transactions of each kind, and one that is open when the server is killed. */
    private static ClusterContents writeAndKill(TestWorkspace neon, Instance server) throws Exception {
        neon.execute(BRANCH, "CHECKPOINT", "INSERT INTO kinds SELECT g, 'n' || g % 97, ARRAY[g % 7, g % 11],"
                + " point(g % 100, g % 31) FROM generate_series(-500, -1) g", "UPDATE kinds SET name = name || 'x'"
                + " WHERE id % 3 = 0", "DELETE FROM kinds WHERE id % 4 = 0", "VACUUM kinds",
                "INSERT INTO unlogged SELECT g, 'x' FROM generate_series(-50, -1) g", "UPDATE mixed SET a = a + 1",
                "CREATE TABLE made_here AS SELECT repeat(md5(g::text), 200) AS t FROM generate_series(1, 50) g",
                "BEGIN; INSERT INTO prepared VALUES (-1); PREPARE TRANSACTION 'here'");
        try (Connection open = TestWorkspace.connect(server); Statement statement = open.createStatement()) {
            statement.execute("BEGIN; DELETE FROM kinds; CREATE TABLE lost AS SELECT generate_series(1, 100)");
            ClusterContents written = lasting(ClusterContents.read(server.jdbcUrl("")));
            ServerKill.all(neon, BRANCH);
            return written;
        } catch (SQLException closing) {
            throw new AssertionError("the server ended before it was killed", closing);
        }
    }

    /** All but what a crash changes: sequences skip what was logged ahead, and unlogged tables are emptied. */
    private static ClusterContents lasting(ClusterContents contents) {
        return contents.only(part -> !part.matches(".* (S.|ru)"));
    }
}
