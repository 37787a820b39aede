package dev.neon.compute.mustshow;

import dev.neon.compute.workspace.TestWorkspace;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Four writers note each acknowledged commit; all of PostgreSQL is killed and the data directory deleted: nothing
 * acknowledged is lost and nothing is invented. The rounds go on in one repository, so its WAL grows over many segments.
 */
class CrashTest {
    private static final int WRITERS = 4;
    private static final int SNAPSHOT_EVERY = 4;
    private static final int BRANCH_EVERY = 2;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = 18)
    void losesNoAcknowledgedCommit(int major) throws Exception {
        rounds(major, 2, 200);
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    @Tag("nightly")
    void losesNoAcknowledgedCommitInManyRounds(int major) throws Exception {
        rounds(major, 20, 500);
    }

    /** @param most transactions before a crash */
    private void rounds(int major, int rounds, int most) throws Exception {
        long seed = System.nanoTime();
        System.out.println("CrashTest on " + major + ", seed " + seed);
        Crashes crashes = new Crashes(new Random(seed), most);
        Ledger ledger = new Ledger(WRITERS);
        try (TestWorkspace neon = TestWorkspace.init(directory, major)) {
            neon.start("main", Writers.SETTING);
            try (Connection connection = neon.connect("main"); Statement statement = connection.createStatement()) {
                ledger.createTables(statement);
            }
            long acknowledged = 0;
            for (int round = 1; round <= rounds; round++) {
                long before = ledger.total();
                round(neon, ledger, round, crashes);
                acknowledged += ledger.total() - before;
            }
            System.out.println("CrashTest on " + major + ": " + acknowledged + " commits in " + rounds
                    + " rounds, none lost, end of WAL " + neon.resolve("main").lsn());
        }
    }

    private static void round(TestWorkspace neon, Ledger ledger, int round, Crashes crashes) throws Exception {
        crashes.crash(neon, ledger, "main");
        if (round % 2 == 0) {
            startAndVerify(neon, ledger, "main", "round " + round + ", data directory kept");
            crashes.crash(neon, ledger, "main");
        }
        neon.deleteDataDirectory("main");
        if (round % 2 == 0) {
            crashes.crashInRecovery(neon, "main");
        }
        startAndVerify(neon, ledger, "main", "round " + round);
        if (round % SNAPSHOT_EVERY == 0) {
            try (Writers writers = Writers.start(neon, "main", ledger)) {
                writers.await(crashes.transactions());
                neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
            }
        }
        if (round % BRANCH_EVERY == 0) {
            crashOfBranch(neon, ledger, "b" + round, crashes);
        }
    }

    /** A branch that is made while the writers write crashes in the same way. */
    private static void crashOfBranch(TestWorkspace neon, Ledger main, String name, Crashes crashes)
            throws Exception {
        Ledger ledger;
        try (Writers writers = Writers.start(neon, "main", main)) {
            writers.await(crashes.transactions());
            Ledger before = main.copy();
            neon.branch(name, "main");
            ledger = before.upTo(main);
        }
        startAndVerify(neon, ledger, name, "new branch " + name);
        crashes.crash(neon, ledger, name);
        crashes.crashInRecovery(neon, name);
        startAndVerify(neon, ledger, name, "branch " + name);
        crashes.crash(neon, ledger, name);
        neon.deleteDataDirectory(name);
        startAndVerify(neon, ledger, name, "branch " + name + " rebuilt");
        neon.stop(name);
        neon.deleteDataDirectory(name);
    }

    private static void startAndVerify(TestWorkspace neon, Ledger ledger, String branch, String what)
            throws SQLException {
        neon.start(branch, Writers.SETTING);
        try (Connection connection = neon.connect(branch)) {
            ledger.verify(connection, what);
        }
    }
}
