package dev.neon.compute.mustshow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.workspace.TestWorkspace;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches of one tip, and the branch that they come from, are written at the same time: nobody sees others' rows. */
class SiblingsTest {
    private static final List<String> BRANCHES = List.of("main", "left", "right");
    private static final int WRITERS = 2;

    @TempDir
    Path directory;

    @Test
    void siblingsNeverSeeEachOthersRows() throws Exception {
        siblings(PostgresBinaries.NEWEST_MAJOR);
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17})
    @Tag("nightly")
    void siblingsNeverSeeEachOthersRows(int major) throws Exception {
        siblings(major);
    }

    private void siblings(int major) throws Exception {
        Map<String, Ledger> ledgers = new HashMap<>();
        try (TestWorkspace neon = TestWorkspace.init(directory, major)) {
            neon.start("main", Writers.SETTING);
            Ledger parent = new Ledger(WRITERS);
            try (Connection connection = neon.connect("main"); Statement statement = connection.createStatement()) {
                parent.createTables(statement);
            }
            ledgers.put("main", parent);
            for (String branch : BRANCHES.subList(1, BRANCHES.size())) {
                neon.branch(branch, "main");
                ledgers.put(branch, new Ledger(WRITERS));
                neon.start(branch, Writers.SETTING);
            }
            writeEverywhere(neon, ledgers);
            verify(neon, ledgers, "while running");

            for (String branch : BRANCHES) {
                neon.stop(branch);
                neon.deleteDataDirectory(branch);
            }
            start(neon);
            verify(neon, ledgers, "after a rebuild");

            writeEverywhere(neon, ledgers);
            for (String branch : BRANCHES) {
                ServerKill.all(neon, branch);
                neon.deleteDataDirectory(branch);
            }
            start(neon);
            verify(neon, ledgers, "after a crash and a rebuild");
        }
    }

    private static void start(TestWorkspace neon) {
        for (String branch : BRANCHES) {
            neon.start(branch, Writers.SETTING);
        }
    }

    private static void writeEverywhere(TestWorkspace neon, Map<String, Ledger> ledgers) throws Exception {
        List<Writers> all = new ArrayList<>();
        try {
            for (String branch : BRANCHES) {
                all.add(Writers.start(neon, branch, ledgers.get(branch)));
            }
            for (Writers writers : all) {
                writers.await(50);
            }
            for (String branch : BRANCHES) {
                requireOwnRowsOnly(neon, branch, "while all are written");
            }
            for (Writers writers : all) {
                writers.await(50);
            }
        } finally {
            for (Writers writers : all) {
                writers.close();
            }
        }
    }

    private static void verify(TestWorkspace neon, Map<String, Ledger> ledgers, String when) throws SQLException {
        for (String branch : BRANCHES) {
            requireOwnRowsOnly(neon, branch, when);
            try (Connection connection = neon.connect(branch)) {
                ledgers.get(branch).verify(connection, branch + " " + when);
            }
        }
    }

    /** The branches were made before the first row was written. */
    private static void requireOwnRowsOnly(TestWorkspace neon, String branch, String when) throws SQLException {
        assertEquals(List.of(branch), neon.query(branch, "SELECT DISTINCT origin FROM shared"), branch + " " + when);
    }
}
