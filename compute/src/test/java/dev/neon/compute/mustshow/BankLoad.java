package dev.neon.compute.mustshow;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.process.ProgramRun;
import dev.neon.compute.workspace.TestWorkspace;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Transactions in the manner of TPC-B on pgbench's tables: all four sums change by the same amount in each. */
sealed interface BankLoad {
    /** Makes and fills the tables. */
    void create() throws SQLException;

    /** Runs so many transactions in each of some sessions, to the end. */
    void run(int sessions, int transactions) throws SQLException;

    /** pgbench where there is one; otherwise the same from here. */
    static BankLoad on(Instance server, PostgresBinaries postgres, long seed) {
        return postgres.find("pgbench").<BankLoad>map(program -> new Pgbench(program, server, seed))
                .orElseGet(() -> new Imitation(server, seed));
    }

    /** The real one. */
    record Pgbench(Path program, Instance server, long seed) implements BankLoad {
        @Override
        public void create() {
            call("-i", "-q", "--foreign-keys");
        }

        @Override
        public void run(int sessions, int transactions) {
            call("-n", "-c", "" + sessions, "-t", "" + transactions, "--random-seed=" + (seed & Integer.MAX_VALUE));
        }

        private void call(String... options) {
            List<String> command = new ArrayList<>(List.of(program.toString(), "-h", server.clientHost(), "-p",
                    "" + server.port(), "-U", "postgres"));
            command.addAll(List.of(options));
            command.add("postgres");
            ProgramRun.of(command, Duration.ofMinutes(10)).orThrow("pgbench has failed.");
        }
    }

    /** For the embedded binaries, which have no pgbench. Smaller, so that a test on each major is quick. */
    record Imitation(Instance server, long seed) implements BankLoad {
        private static final int ACCOUNTS = 5000;
        private static final int TELLERS = 10;

        @Override
        public void create() throws SQLException {
            try (Connection connection = TestWorkspace.connect(server);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp)");
                statement.execute("CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int)");
                statement.execute("CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int,"
                        + " filler char(84))");
                statement.execute("CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int)");
                statement.execute("INSERT INTO pgbench_accounts SELECT g, 1, 0, '' FROM generate_series(1, " + ACCOUNTS
                        + ") g");
                statement.execute("INSERT INTO pgbench_tellers SELECT g, 1, 0 FROM generate_series(1, " + TELLERS
                        + ") g");
                statement.execute("INSERT INTO pgbench_branches VALUES (1, 0)");
            }
        }

        @Override
        public void run(int sessions, int transactions) throws SQLException {
            List<Background> all = new ArrayList<>();
            for (int session = 0; session < sessions; session++) {
                Random random = new Random(seed + session);
                all.add(Background.start(() -> session(random, transactions)));
            }
            all.forEach(Background::join);
        }

        private void session(Random random, int transactions) throws SQLException {
            try (Connection connection = TestWorkspace.connect(server);
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < transactions; i++) {
                    int delta = random.nextInt(10_001) - 5000;
                    int account = 1 + random.nextInt(ACCOUNTS);
                    int teller = 1 + random.nextInt(TELLERS);
                    statement.execute("BEGIN");
                    statement.execute("UPDATE pgbench_accounts SET abalance = abalance + " + delta + " WHERE aid = "
                            + account);
                    statement.execute("UPDATE pgbench_tellers SET tbalance = tbalance + " + delta + " WHERE tid = "
                            + teller);
                    statement.execute("UPDATE pgbench_branches SET bbalance = bbalance + " + delta);
                    statement.execute("INSERT INTO pgbench_history VALUES (" + teller + ", 1, " + account + ", " + delta
                            + ", now())");
                    statement.execute("COMMIT");
                }
            }
        }
    }
}
