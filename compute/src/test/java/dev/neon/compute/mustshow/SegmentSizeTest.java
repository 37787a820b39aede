package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.TestWorkspace;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imported clusters whose WAL segments are not of 16 MB crash and branch as others do. */
class SegmentSizeTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource("18, 1")
    void otherSegmentSizesLoseNothing(int major, int megabytes) throws Exception {
        crashAndBranch(major, megabytes, 200);
    }

    @ParameterizedTest
    @CsvSource({"14, 1", "15, 64", "16, 2", "17, 1", "18, 1", "18, 128"})
    @Tag("nightly")
    void otherSegmentSizesLoseNothingInLongRuns(int major, int megabytes) throws Exception {
        crashAndBranch(major, megabytes, 3000);
    }

    private void crashAndBranch(int major, int megabytes, int transactions) throws Exception {
        long seed = System.nanoTime();
        System.out.println("SegmentSizeTest on " + major + " with " + megabytes + " MB, seed " + seed);
        Crashes crashes = new Crashes(new Random(seed), transactions);
        Ledger ledger = new Ledger(4);
        try (TestWorkspace neon = TestCluster.imported(directory, TestPostgres.major(major), megabytes)) {
            neon.start("main", Writers.SETTING);
            assertEquals(List.of(megabytes + "MB"), neon.query("main", "SHOW wal_segment_size"));
            try (Connection connection = neon.connect("main"); Statement statement = connection.createStatement()) {
                ledger.createTables(statement);
            }
            crashes.crash(neon, ledger, "main");
            startAndVerify(neon, ledger, "main");
            neon.branch("child", "main");
            Ledger child = ledger.copy();
            crashes.crash(neon, ledger, "main");
            neon.deleteDataDirectory("main");
            startAndVerify(neon, ledger, "main");
            startAndVerify(neon, child, "child");
            crashes.crash(neon, child, "child");
            neon.deleteDataDirectory("child");
            startAndVerify(neon, child, "child");
        }
    }

    private static void startAndVerify(TestWorkspace neon, Ledger ledger, String branch) throws SQLException {
        neon.start(branch, Writers.SETTING);
        try (Connection connection = neon.connect(branch)) {
            ledger.verify(connection, branch);
        }
    }
}
