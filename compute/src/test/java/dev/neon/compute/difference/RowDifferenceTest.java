package dev.neon.compute.difference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.revision.Point;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random tables, changed at random on two branches or one, beside a full outer join; and the patch, which turns one side into the
 * other. {@code -Ddiff.seed=1} repeats an earlier run.
 */
class RowDifferenceTest {
    private static final int TABLES = 8;

    @TempDir
    Path directory;

    @Test
    void randomChanges() throws Exception {
        run(TestPostgres.majors().max().orElseThrow(), 2);
    }

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    @Tag("nightly")
    void manyRandomChanges(int major) throws Exception {
        run(major, 200 / TABLES);
    }

    private void run(int major, int rounds) throws Exception {
        long seed = Long.getLong("diff.seed", System.nanoTime());
        System.out.println("PostgreSQL " + major + ", diff.seed " + seed);
        try (TestWorkspace test = TestWorkspace.init(directory, major)) {
            test.start("main", "max_prepared_transactions=10", "autovacuum=off");
            test.execute("main", "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')");
            int differing = 0;
            for (int round = 0; round < rounds; round++) {
                differing += new Round(test, new Random(seed + round), round).run();
            }
            System.out.println(differing + " rows differed");
            assertTrue(differing > 20 * rounds, "only " + differing);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError("diff.seed " + seed + ", PostgreSQL " + major, failure);
        }
    }

    /** Some tables, of which a branch is made. */
    private static final class Round {
        private final TestWorkspace test;
        private final Random random;
        private final String branch;
        private final List<RandomTable> tables = new ArrayList<>();
        private final boolean isOneSided;

        Round(TestWorkspace test, Random random, int number) {
            this.test = test;
            this.random = random;
            this.branch = "side" + number;
            this.isOneSided = random.nextInt(3) == 0;
            for (int i = 0; i < TABLES; i++) {
                tables.add(new RandomTable("t" + number + "_" + i, random));
            }
        }

        /** How many rows differed. */
        int run() throws Exception {
            int differing;
            try (Connection main = test.connect("main"); Connection open = test.connect("main")) {
                for (RandomTable table : tables) {
                    table.create(main);
                }
                if (random.nextBoolean()) {
                    test.workspace().snapshotCreation().create(test.timeline("main"), "main", "postgres");
                }
                List<RandomTable> held = begin(open);
                test.branch(branch, "main");
                test.start(branch, "max_prepared_transactions=10", "autovacuum=off");
                try (Connection side = test.connect(branch)) {
                    end(open, main, side);
                    change(main, side, held);
                    differing = compare(main, side);
                }
                test.stop(branch);
                try (Statement statement = main.createStatement()) {
                    for (String name : RowOracle.tables(main)) {
                        statement.execute("DROP TABLE IF EXISTS " + name + " CASCADE");
                    }
                }
            }
            return differing;
        }

        /** Transactions that are open when the branch is made, one of them prepared, with subtransactions. */
        private List<RandomTable> begin(Connection open) throws SQLException {
            List<RandomTable> held = tables.subList(0, 2);
            open.setAutoCommit(false);
            for (RandomTable table : held) {
                try (Statement statement = open.createStatement()) {
                    statement.execute("UPDATE " + table.name() + " SET n = n + 1000 WHERE ascii(md5(n::text)) % 5 = 0");
                    statement.execute("SAVEPOINT one");
                    statement.execute("DELETE FROM " + table.name() + " WHERE ascii(md5(n::text)) % 7 = 0");
                    statement.execute("RELEASE one");
                    statement.execute("SAVEPOINT two");
                    statement.execute("UPDATE " + table.name() + " SET t = 'never'");
                    statement.execute("ROLLBACK TO two");
                    if (table == held.getFirst()) {
                        statement.execute("PREPARE TRANSACTION 'both'");
                    }
                }
            }
            // So that the disk has what has not ended.
            test.execute("main", "CHECKPOINT");
            return held;
        }

        private void end(Connection open, Connection main, Connection side) throws SQLException {
            for (Connection one : List.of(main, side)) {
                int how = random.nextInt(3);
                try (Statement statement = one.createStatement()) {
                    if (how < 2) {
                        statement.execute((how == 0 ? "COMMIT" : "ROLLBACK") + " PREPARED 'both'");
                    }
                }
            }
            if (random.nextBoolean()) {
                open.commit();
            } else {
                open.rollback();
            }
        }

        private void change(Connection main, Connection side, List<RandomTable> held) throws SQLException {
            for (RandomTable table : tables) {
                // What a transaction has prepared is locked for as long.
                table.run(main, "SET lock_timeout = '100ms'");
                table.run(side, "SET lock_timeout = '100ms'");
                for (int i = random.nextInt(8); i > 0; i--) {
                    boolean isOnMain = !isOneSided && random.nextBoolean();
                    table.done().add(isOnMain ? "-- on main" : "-- on the branch");
                    table.change(isOnMain ? main : side);
                }
                if (random.nextInt(20) == 0 && !held.contains(table)) {
                    table.run(random.nextBoolean() && !isOneSided ? main : side, "DROP TABLE " + table.name());
                }
            }
        }

        private int compare(Connection main, Connection side) throws Exception {
            Point from = test.resolve("main");
            Point to = test.resolve(branch);
            List<String> names = new ArrayList<>();
            for (RandomTable table : tables) {
                if (RowOracle.tables(main).contains(table.name()) || RowOracle.tables(side).contains(table.name())) {
                    names.add(table.name());
                }
            }
            RowDifference difference = new RowDifference(test.workspace(), note -> {});
            try (Connection judge = test.connect(branch)) {
                RowOracle oracle = new RowOracle(main, side, judge);
                CollectedRows found = new CollectedRows();
                difference.compare(from, to, "postgres", names, found);
                for (RandomTable table : tables) {
                    if (names.contains(table.name())) {
                        assertEquals(oracle.differences(found.layouts().get(table.name())), found.lines(table.name()),
                                () -> String.join("\n", table.done()));
                    }
                }
                patch(difference, from, to, names, main, side, oracle, found);
                return names.stream().mapToInt(name -> found.lines(name).size()).sum();
            }
        }

        private void patch(RowDifference difference, Point from, Point to, List<String> names, Connection main, Connection side,
                RowOracle oracle, CollectedRows found) throws Exception {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            difference.patch(from, to, "postgres", names, List.of("main", branch), out);
            String patch = out.toString(StandardCharsets.UTF_8);
            finishPrepared(main);
            for (RandomTable table : tables) {
                table.done().add("-- patched with\n" + patch);
            }
            try (Statement statement = main.createStatement()) {
                statement.execute(patch);
            } catch (SQLException failed) {
                throw new AssertionError(patch, failed);
            }
            for (RandomTable table : tables) {
                if (names.contains(table.name())) {
                    if (found.layouts().get(table.name()).place() == TableLayout.Place.FROM_ONLY) {
                        assertEquals(false, RowOracle.tables(main).contains(table.name()));
                        continue;
                    }
                    assertEquals(List.of(), oracle.differences(found.layouts().get(table.name())),
                            () -> String.join("\n", table.done()));
                    assertEquals(sorted(table, side), sorted(table, main), () -> String.join("\n", table.done()));
                }
            }
        }

        private static List<String> sorted(RandomTable table, Connection session) throws SQLException {
            return table.columns(session).entrySet().stream().map(Object::toString).sorted().toList();
        }

        private static void finishPrepared(Connection main) throws SQLException {
            try (Statement statement = main.createStatement()) {
                statement.execute("ROLLBACK PREPARED 'both'");
            } catch (SQLException none) {
                // It was committed or rolled back before.
            }
        }
    }
}
