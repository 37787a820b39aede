package dev.neon.compute.mustshow;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.instance.ServerSignal;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.TimelineId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Branches made while a server is under load hold every commit acknowledged before, and whole transactions only. */
class LiveBranchTest {
    @TempDir
    Path directory;

    @Test
    void branchesOfALoadedServerHoldWhatWasAcknowledged() throws Exception {
        branches(PostgresBinaries.NEWEST_MAJOR, 3);
    }

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#majors")
    @Tag("nightly")
    void manyBranchesOfALoadedServerHoldWhatWasAcknowledged(int major) throws Exception {
        branches(major, 50);
    }

    private void branches(int major, int count) throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, major)) {
            neon.start("main", Writers.SETTING);
            Ledger ledger = new Ledger(4);
            try (Connection connection = neon.connect("main"); Statement statement = connection.createStatement()) {
                ledger.createTables(statement);
            }
            try (Writers writers = Writers.start(neon, "main", ledger)) {
                for (int i = 1; i <= count; i++) {
                    writers.await(ThreadLocalRandom.current().nextInt(1, 20));
                    Ledger before = ledger.copy();
                    TimelineId timeline = neon.branch("b" + i, "main");
                    verify(neon, before.upTo(ledger), "b" + i);
                    neon.workspace().instances().stop(timeline, ServerSignal.IMMEDIATE, TestWorkspace.STOP);
                    neon.deleteDataDirectory("b" + i);
                }
            }
        }
    }

    private static void verify(TestWorkspace neon, Ledger expected, String branch) throws Exception {
        neon.start(branch, Writers.SETTING);
        try (Connection connection = neon.connect(branch)) {
            expected.verify(connection, "branch " + branch);
        }
    }
}
