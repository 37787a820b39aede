package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.workspace.RepositoryRoots;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.gc.Reachability;
import dev.neon.gc.RepositoryFacts;
import dev.neon.gc.Root;
import dev.neon.gc.Roots;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases, lifetimes of branches, thinned tags, and horizons, as users come by them. */
class RetentionTest {
    @TempDir
    Path directory;

    private CommandLine neon;

    @BeforeEach
    void init() {
        neon = new CommandLine(directory);
        neon.ok("init");
    }

    @AfterEach
    void stopServers() {
        neon.close();
    }

    /** At each moment since the horizon, the state can be made of what is kept; long before it cannot. */
    @Test
    void aHorizonOfTimeKeepsEachMomentSinceThen() throws Exception {
        neon.ok("start");
        Sql.run(neon, "main", "create table t (a int)");
        Instant begin = Instant.now();
        for (int i = 0; i < 20; i++) {
            Sql.run(neon, "main", "insert into t values (" + i + ")");
            Thread.sleep(100);
            if (i == 5) {
                neon.ok("snapshot", "create");
            }
        }
        Workspace workspace = TestWorkspace.open(directory.resolve(".neon"), TestPostgres.major(18)).workspace();
        Lsn first = workspace.positions().first(main(workspace));
        assertEquals(first, mains(workspace).from(), "all is kept by default");
        Instant now = workspace.repository().context().clock().instant();
        long back = Duration.between(begin, now).toSeconds() - 1;
        workspace.repository().config().set("gc.pitrInterval", back + "s");
        Root root = mains(workspace);
        Instant horizon = workspace.repository().context().clock().instant().minusSeconds(back);
        assertTrue(root.from().isAfter(first));
        assertTrue(root.from().isBefore(workspace.positions().end(main(workspace))));
        // The root was read before: its horizon is not later than this one.
        for (Instant time = horizon; time.isBefore(now); time = time.plusMillis(50)) {
            assertFalse(workspace.positions().atTime(main(workspace), time).isBefore(root.from()), time.toString());
        }
        RepositoryFacts facts = RepositoryFacts.read(workspace.repository(), workspace.snapshots());
        Roots roots = RepositoryRoots.read(workspace, facts);
        assertTrue(roots.others().stream().anyMatch(other -> other.name().equals("instance on main")));
        Reachability reachability = Reachability.of(roots.all(), facts.timelines());
        assertTrue(reachability.kept(main(workspace)).orElseThrow().points().contains(root.from()));
        workspace.repository().config().set("branch.main.pitrInterval", "52w");
        assertEquals(first, mains(workspace).from(), "a time before all history is its beginning");
        workspace.repository().config().set("branch.main.pitrInterval", "0s");
        assertEquals(workspace.positions().end(main(workspace)), mains(workspace).from());
    }

    private static Root mains(Workspace workspace) {
        return RepositoryRoots.read(workspace, RepositoryFacts.read(workspace.repository(), workspace.snapshots())).refs()
                .get(RefName.branch("main"));
    }

    private static TimelineId main(Workspace workspace) {
        return workspace.resolver().resolve("main").timeline();
    }

    @Test
    void leasesAreTakenListedRenewedAndReleased() {
        String taken = neon.ok("lease", "--for", "7d", "-m", "nightly export", "main");
        assertTrue(taken.matches("lease [0-9a-f]{8} until \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d"), taken);
        String id = taken.split(" ")[1];
        assertTrue(neon.ok("lease").matches("(?s)ID +UNTIL +WHO +POINTS +REASON\\n" + id + " .* main@0/[0-9A-F]+ +nightly export"),
                neon.ok("lease"));
        neon.ok("lease", "--renew", id, "--until", "2090-01-01 00:00 UTC");
        assertTrue(neon.ok("lease", "--porcelain").contains("\t2090-01-01T00:00:00Z\t"));
        neon.ok("tag", "v1");
        neon.ok("lease", "v1..main");
        assertTrue(neon.ok("lease", "--porcelain").contains("..end"), neon.ok("lease", "--porcelain"));
        assertEquals("released lease " + id, neon.ok("lease", "--release", id.substring(0, 6)));
        neon.fails(ExitCode.NOT_FOUND, "lease", "--release", id);
        neon.fails(ExitCode.NOT_FOUND, "lease", "nothing");
        neon.fails(ExitCode.INVALID_INPUT, "lease", "--for", "long", "main");
        neon.fails(ExitCode.INVALID_INPUT, "lease", "--until", "2001-01-01", "main");
        neon.fails(ExitCode.USAGE, "lease", "--for", "1d", "--until", "tomorrow", "main");
        neon.fails(ExitCode.USAGE, "lease", "--for", "1d");
        assertEquals(1, neon.ok("lease", "--porcelain").lines().count(), "what was refused has left nothing");
    }

    @Test
    void operationsGiveTheirLeasesUp() throws Exception {
        neon.ok("start");
        neon.ok("branch", "heikki");
        neon.ok("tag", "v1");
        Sql.run(neon, "main", "create table t (a int)");
        neon.ok("snapshot", "create");
        neon.ok("start", "--read-only", "v1");
        neon.ok("relations", "main");
        neon.ok("export", "--table", "pg_class", "main", "out.csv");
        neon.ok("export", "main", "out");
        neon.ok("stop", "--all");
        neon.ok("fsck");
        neon.fails(ExitCode.ALREADY_EXISTS, "branch", "heikki");
        try (Stream<Path> leases = Files.list(directory.resolve(".neon/leases"))) {
            assertEquals(List.of(), leases.toList());
        }
    }

    @Test
    void branchesExpireUnlessTheyAreProtected() {
        neon.ok("branch", "--expires", "7d", "try", "main");
        neon.ok("branch", "kept");
        neon.ok("branch", "--protect", "kept");
        assertTrue(neon.ok("branch").contains("expires in 6 d"), neon.ok("branch"));
        assertTrue(neon.ok("branch").contains("protected"), neon.ok("branch"));
        neon.fails(ExitCode.CONFLICT, "branch", "-D", "kept");
        assertEquals("", neon.ok("branch", "--delete-expired"));
        neon.ok("config", "set", "branch.try.expires", "2020-01-01T00:00:00Z");
        neon.ok("config", "set", "branch.kept.expires", "2020-01-01T00:00:00Z");
        assertEquals("kept expired branch kept: it is protected", neon.ok("branch", "--delete-expired", "--dry-run").lines()
                .findFirst().orElseThrow());
        assertTrue(neon.ok("branch", "--delete-expired").contains("deleted expired branch try"));
        neon.fails(ExitCode.NOT_FOUND, "branch", "--expires", "never", "try");
        neon.ok("branch", "--expires", "never", "kept");
        assertEquals("", neon.ok("branch", "--delete-expired"));
        neon.ok("branch", "--unprotect", "kept");
        neon.ok("branch", "-d", "kept");
        neon.fails(ExitCode.USAGE, "branch", "--expires", "7d");
        neon.fails(ExitCode.USAGE, "branch", "--dry-run");
        neon.fails(ExitCode.INVALID_INPUT, "branch", "--expires", "soon", "main");
    }

    @Test
    void tagsAreMadeAndThinned() throws InterruptedException {
        assertTrue(neon.ok("tag", "--auto").matches("tagged 0/[0-9A-F]+ as auto/main/\\d{8}T\\d{6}Z"));
        Thread.sleep(1100);
        neon.ok("tag", "--auto", "-m", "again", "main");
        neon.ok("tag", "v1");
        assertTrue(neon.fails(ExitCode.INVALID_INPUT, "tag", "--thin").contains("keepDaily"));
        neon.fails(ExitCode.USAGE, "tag", "--thin", "--keep-daily", "0");
        neon.fails(ExitCode.USAGE, "tag", "--keep-daily", "1");
        neon.ok("config", "set", "gc.keepLast", "1");
        String plan = neon.ok("tag", "--thin", "--dry-run");
        assertTrue(plan.matches("(?s)keep 1 tag:\\n  auto/main/\\S+ +last\\nwould delete 1 tag:\\n  auto/main/\\S+"), plan);
        assertEquals(3, neon.ok("tag", "--porcelain").lines().count());
        assertEquals(plan.replace("would delete", "deleted"), neon.ok("tag", "--thin"));
        assertEquals(2, neon.ok("tag", "--porcelain").lines().count());
    }
}
