package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.FormatUpgrade;
import dev.neon.snapshot.Snapshot;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository of version 1 is upgraded beside a running server; what branches hold stays the same. */
class FormatUpgradeTest {
    private static final String CONTENT = "SELECT md5(string_agg(t::text, ',' ORDER BY a)) FROM t";

    @TempDir
    Path directory;

    @Test
    void branchesHoldWhatTheyHeld() throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, TestPostgres.major(18), Repository.OLDEST_NEW_FORMAT)) {
            neon.start("main");
            neon.execute("main", "CREATE TABLE t AS SELECT g a, md5(g::text) b FROM generate_series(1, 5000) g",
                    "CREATE INDEX ON t (b)");
            neon.branch("early", "main");
            neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
            neon.execute("main", "UPDATE t SET b = 'x' WHERE a % 3 = 0");
            neon.stop("main");
            neon.workspace().snapshotCreation().create(neon.timeline("main"), "main", "postgres");
            neon.start("main");
            neon.start("early");
            String main = neon.query("main", CONTENT).getFirst();
            String early = neon.query("early", CONTENT).getFirst();

            FormatUpgrade upgrade = new FormatUpgrade(neon.workspace().repository(), neon.workspace().snapshots());
            List<FormatUpgrade.Step> plan = upgrade.plan();
            assertEquals(List.of(FormatUpgrade.Action.CONVERT, FormatUpgrade.Action.KEEP, FormatUpgrade.Action.CONVERT),
                    plan.stream().map(FormatUpgrade.Step::action).toList());
            upgrade.run(step -> assertTrue(step.action() == FormatUpgrade.Action.KEEP
                    || step.bytes() < plan.getFirst().bytes() / 3, "an image is smaller: " + step));

            assertEquals(Repository.NEWEST_FORMAT, neon.workspace().repository().formatVersion());
            assertEquals(List.of(Snapshot.Form.IMAGE, Snapshot.Form.LIVE_COPY, Snapshot.Form.IMAGE),
                    neon.workspace().snapshots().list(neon.timeline("main")).stream().map(Snapshot::form).toList());
            neon.execute("main", "INSERT INTO t VALUES (0, 'after')", "DELETE FROM t WHERE a = 0");
            assertEquals(Snapshot.Form.DELTA, neon.workspace().snapshotCreation()
                    .create(neon.timeline("main"), "main", "postgres").form());
            for (String branch : List.of("main", "early")) {
                neon.stop(branch);
                neon.deleteDataDirectory(branch);
                neon.start(branch);
            }
            assertEquals(main, neon.query("main", CONTENT).getFirst());
            assertEquals(early, neon.query("early", CONTENT).getFirst());
        }
    }
}
