package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A data directory that lies behind is brought forward, and then holds what one holds that is made anew. */
class OlderDirectoryTest {
    /** More WAL than is left to PostgreSQL, by records that change nothing. */
    private static final String MUCH_WAL = "SELECT count(pg_logical_emit_message(false, 'neon', repeat('x', 1000000)))"
            + " FROM generate_series(1, 140)";

    @TempDir
    Path directory;

    private TestWorkspace neon;

    @Test
    void itHoldsWhatANewOneHolds() throws Exception {
        compareAtRandomPoints(18);
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17})
    @Tag("nightly")
    void itHoldsWhatANewOneHoldsOnOtherReleases(int major) throws Exception {
        compareAtRandomPoints(major);
    }

    private void compareAtRandomPoints(int major) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        System.out.println("OlderDirectoryTest on " + major + ", seed " + seed);
        PostgresBinaries postgres = major == 15 ? TestPostgres.debian15().orElse(TestPostgres.major(15))
                : TestPostgres.major(major);
        Path older = directory.resolve("older");
        try (TestWorkspace opened = TestWorkspace.init(directory, postgres)) {
            neon = opened;
            Instance server = start("main");
            BankLoad bank = BankLoad.on(server, postgres, seed);
            try (DdlLoad ddl = new DdlLoad(server)) {
                ddl.create(server);
                bank.create();
                ddl.round(1);
                bank.run(2, 100);
                contents("main");
            }
            if (random.nextBoolean()) {
                snapshot();
            }
            neon.stop("main");
            Lsn stopped = neon.resolve("main").lsn();
            copy(data("main"), older);
            change(start("main"), bank, random);
            neon.stop("main");
            if (random.nextBoolean()) {
                snapshot();
            }
            Points points = Points.after(neon, "main", stopped);
            for (Lsn point : points.choose(3, random)) {
                compare(postgres, older, stopped, point, "main@" + point + ", seed " + seed);
            }
            compare(postgres, older, stopped, neon.resolve("main").lsn(), "main, seed " + seed);
        }
    }

    /** With a snapshot in the middle, and rows that readers meet dead. */
    private void change(Instance server, BankLoad bank, Random random) throws Exception {
        BankLoad again = bank instanceof BankLoad.Pgbench known ? new BankLoad.Pgbench(known.program(), server, known.seed())
                : new BankLoad.Imitation(server, random.nextLong());
        try (DdlLoad ddl = new DdlLoad(server)) {
            Background running = Background.start(() -> again.run(2, 150));
            for (int round = 2; round <= 5; round++) {
                ddl.round(round);
                if (round == 2 + random.nextInt(3)) {
                    snapshot();
                }
            }
            running.join();
            neon.execute("main", "DELETE FROM serials WHERE id > 100", "VACUUM serials", "SELECT count(*) FROM kinds",
                    "TRUNCATE savepoints");
        }
    }

    private void compare(PostgresBinaries postgres, Path older, Lsn stopped, Lsn point, String what) throws Exception {
        List<String> expected = null;
        for (boolean isReused : new boolean[] {false, true}) {
            TimelineId timeline = neon.branch("at", "main@" + point);
            if (isReused) {
                copy(older, data("at"));
                neon.workspace().dataDirectories().bringForward(timeline, stopped, point);
            }
            Instance server = start("at");
            List<String> found = contents("at");
            if (isReused) {
                assertEquals(expected, found, what);
                assertTrue(log("at").contains("database system was shut down"), what);
                new PointCheck(server, postgres, what).all();
            }
            expected = found;
            neon.workspace().instances().stop(timeline, ServerSignal.IMMEDIATE, TestWorkspace.STOP);
            neon.deleteDataDirectory("at");
            neon.workspace().branches().delete("at", true);
            neon.workspace().repository().timelines().remove(timeline);
        }
    }

    /** Sums of all rows. Readers mark what they find dead, or committed. */
    private List<String> contents(String branch) throws SQLException {
        List<String> tables = neon.query(branch, "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
                + " AND relpersistence = 'p' AND relnamespace = 'public'::regnamespace ORDER BY 1");
        String sums = String.join(" UNION ALL ", tables.stream().map(table -> "SELECT '" + table
                + " ' || count(*) || ' ' || coalesce(sum(hashtext(t::text)::bigint), 0) FROM " + table + " t").toList());
        neon.query(branch, "SELECT count(*) FROM pgbench_accounts WHERE aid BETWEEN 1 AND 100000");
        return neon.query(branch, sums);
    }

    @Test
    void aStartBringsForwardWhatLiesFarBehind() throws Exception {
        try (TestWorkspace opened = TestWorkspace.init(directory, 18)) {
            neon = opened;
            start("main");
            neon.execute("main", "CREATE TABLE still AS SELECT generate_series(1, 1000) AS id", "VACUUM still",
                    "CREATE TABLE moving (id int)", "INSERT INTO moving SELECT generate_series(1, 1000)");
            String still = neon.query("main", "SELECT pg_relation_filepath('still')").getFirst();
            neon.stop("main");
            Path older = directory.resolve("older");
            copy(data("main"), older);
            start("main");
            neon.execute("main", MUCH_WAL, "INSERT INTO moving SELECT generate_series(1001, 2000)");
            neon.stop("main");

            // Nothing but WAL leads from there to the end.
            putBack(older);
            start("main");
            requireRows();
            assertTrue(log("main").contains("redo starts"), "PostgreSQL replays");
            neon.stop("main");

            snapshot();
            Object file = putBack(older, still);
            start("main");
            requireRows();
            assertFalse(log("main").contains("redo starts"), "PostgreSQL replays nothing");
            assertEquals(file, Files.getAttribute(data("main").resolve(still), "unix:ino"), "the file itself");
            neon.stop("main");

            start("main");
            neon.execute("main", "SELECT pg_create_physical_replication_slot('slot')");
            neon.stop("main");
            copy(data("main").resolve("pg_replslot/slot"), older.resolve("pg_replslot/slot"));
            putBack(older);
            start("main");
            requireRows();
            assertTrue(log("main").contains("redo starts"), "only the data directory has the slot");
            assertEquals(List.of("slot"), neon.query("main", "SELECT slot_name FROM pg_replication_slots"));
        }
    }

    private void requireRows() throws SQLException {
        assertEquals(List.of("2000 2001000 1000"), neon.query("main", "SELECT count(*) || ' ' || sum(id) || ' ' ||"
                + " (SELECT count(*) FROM still) FROM moving"));
    }

    private Object putBack(Path older, String file) throws Exception {
        putBack(older);
        return Files.getAttribute(data("main").resolve(file), "unix:ino");
    }

    private void putBack(Path older) throws Exception {
        neon.deleteDataDirectory("main");
        copy(older, data("main"));
        Files.deleteIfExists(neon.workspace().instances().log(neon.timeline("main")).file());
    }

    private void snapshot() {
        neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
    }

    private Instance start(String branch) {
        return neon.start(branch, DdlLoad.SETTINGS.toArray(String[]::new));
    }

    private String log(String branch) throws Exception {
        return Files.readString(neon.workspace().instances().log(neon.timeline(branch)).file());
    }

    private Path data(String branch) {
        return neon.workspace().repository().dataDirectory(neon.timeline(branch));
    }

    private static void copy(Path from, Path to) {
        ProgramRun.of(List.of("cp", "-a", from.toString(), to.toString()), Duration.ofMinutes(1))
                .orThrow("cp has failed.");
    }
}
