package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code neon gc}, of repositories whose WAL a server has written. */
class GcTest {
    @TempDir
    Path directory;

    private CommandLine neon;

    @BeforeEach
    void init() {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("config", "set", "gc.reflogExpire", "0s");
        neon.ok("config", "set", "gc.horizon", "0");
    }

    @AfterEach
    void stopServers() {
        neon.close();
    }

    private void insert(String branch, int rows) {
        Sql.run(neon, branch, "create table if not exists t (a int, b text)",
                "insert into t select g, repeat('x', 400) from generate_series(1, " + rows + ") g");
    }

    private String sum(String branch) {
        return Sql.query(neon, branch, "select count(*) || ' ' || coalesce(sum(a), 0) from t");
    }

    @Test
    void whatIsNeededStaysAndTheRestGoes() throws IOException {
        neon.ok("start");
        insert("main", 1000);
        neon.ok("tag", "v1");
        insert("main", 100_000);
        neon.ok("snapshot", "create");
        neon.ok("branch", "dropped");
        neon.ok("start", "dropped");
        insert("dropped", 100_000);
        neon.ok("stop", "dropped");
        insert("main", 100_000);
        neon.ok("branch", "kept");
        insert("main", 100_000);
        neon.ok("snapshot", "create", "--full");
        neon.ok("branch", "-D", "dropped");
        String sum = sum("main");
        String planned = neon.ok("gc", "--dry-run");
        assertTrue(planned.contains("1 timeline,"), planned);
        assertTrue(planned.contains(" WAL segments,"), planned);
        long before = bytes();
        // A server runs all the while.
        assertTrue(neon.ok("gc").contains("to the trash for 14 days"));
        assertEquals(sum, sum("main"));
        insert("main", 1000);
        assertEquals("nothing to remove", neon.ok("gc").strip());
        neon.ok("fsck");
        assertTrue(neon.ok("gc", "--prune", "now").contains("are free now"));
        assertTrue(bytes() < before, bytes() + " of " + before);
        assertFalse(Files.exists(neon.repository().resolve("trash")));
        neon.ok("stop");
        neon.ok("pg", "destroy", "main");
        neon.ok("start");
        assertEquals("302000", sum("main").split(" ")[0]);
        for (Map.Entry<String, String> each : Map.of("v1", "1000", "kept", "201000").entrySet()) {
            neon.ok("branch", "again", each.getKey());
            neon.ok("start", "again");
            assertEquals(each.getValue(), sum("again").split(" ")[0]);
            neon.ok("stop", "again");
            neon.ok("branch", "-D", "again");
        }
        neon.ok("fsck");
    }

    @Test
    void whatWentComesBack() {
        neon.ok("start");
        insert("main", 1000);
        neon.ok("branch", "try");
        neon.ok("stop");
        neon.ok("start", "try");
        insert("try", 1000);
        neon.ok("stop", "try");
        String timeline = neon.ok("rev-parse", "try").strip().split("@")[0];
        neon.ok("branch", "-D", "try");
        String moved = neon.ok("gc", "--prune", "2h");
        assertTrue(moved.contains("moved 1 timeline") && moved.endsWith("to the trash for 2 h"), moved);
        neon.fails(ExitCode.NOT_FOUND, "branch", "again", timeline);
        neon.fails(ExitCode.NOT_FOUND, "gc", "--restore", "1999");
        neon.ok("gc", "--restore", "20");
        neon.ok("branch", "again", timeline);
        neon.ok("start", "again");
        assertEquals("2000", sum("again").split(" ")[0]);
    }

    /** A tag amid much WAL is kept by a snapshot of its own, and nothing else. */
    @Test
    void aggressive() throws IOException {
        neon.ok("start");
        insert("main", 200_000);
        neon.ok("tag", "v1");
        insert("main", 100_000);
        neon.ok("snapshot", "create", "--full");
        neon.ok("branch", "forked", "v1");
        neon.ok("start", "forked");
        String sum = sum("forked");
        neon.ok("stop", "forked");
        neon.ok("pg", "destroy", "forked");
        neon.ok("gc", "--prune", "now");
        long before = bytes();
        assertTrue(neon.run("gc", "--dry-run", "--aggressive").err().contains("would make a snapshot of"));
        assertTrue(neon.run("gc", "--aggressive", "--prune", "now").err().contains("made a snapshot of"));
        assertTrue(bytes() < before - (40 << 20), bytes() + " of " + before);
        assertFalse(neon.run("gc", "--aggressive").err().contains("made a snapshot of"));
        neon.ok("start", "forked");
        assertEquals(sum, sum("forked"));
        assertEquals("300000", sum("main").split(" ")[0]);
        neon.ok("fsck");
        neon.ok("stop", "--all");
        // What a snapshot has is gone elsewhere.
        String lsn = neon.ok("snapshot", "list", "forked").lines().toList().getLast().split(" ")[0];
        assertTrue(neon.fails(ExitCode.CONFLICT, "snapshot", "delete", "forked@" + lsn).contains("is gone"));
    }

    /** Something is done where a snapshot is due, or for a day nothing was; and not again at once. */
    @Test
    void auto() throws IOException {
        Path log = neon.repository().resolve("logs/gc.log");
        neon.ok("config", "set", "snapshot.distance", "16MB");
        neon.ok("start");
        insert("main", 100_000);
        assertEquals("", neon.run("gc", "--auto").err());
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
        assertTrue(neon.run("gc", "--auto").err().contains("made a snapshot of main"));
        assertEquals("", neon.ok("gc", "--auto"));
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
        assertEquals("", neon.ok("gc", "--auto"));
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        neon.ok("config", "set", "gc.auto", "false");
        assertEquals("", neon.ok("gc", "--auto"));
        neon.ok("config", "unset", "gc.auto");
        assertEquals("nothing to remove", neon.ok("gc", "--auto"));
        // The clock was years ahead at the last one.
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().plus(Duration.ofDays(1000))));
        assertEquals("nothing to remove", neon.ok("gc", "--auto"));
        neon.fails(ExitCode.USAGE, "gc", "--auto", "--list");
    }

    @Test
    void aLeaseKeepsAPoint() {
        neon.ok("start");
        insert("main", 50_000);
        String point = neon.ok("rev-parse", "main").strip();
        neon.ok("snapshot", "create");
        insert("main", 50_000);
        neon.ok("snapshot", "create", "--full");
        neon.ok("lease", point, "--for", "1h");
        neon.ok("gc", "--prune", "now");
        neon.ok("branch", "again", point);
        neon.ok("start", "again");
        assertEquals("50000", sum("again").split(" ")[0]);
    }

    @Test
    void wrongWords() {
        neon.fails(ExitCode.USAGE, "gc", "--dry-run", "--list");
        neon.fails(ExitCode.INVALID_INPUT, "gc", "--prune", "soon");
        neon.ok("config", "set", "gc.horizon", "much");
        assertTrue(neon.fails(ExitCode.INVALID_INPUT, "gc").contains("gc.horizon"));
    }

    /** What a wrong word stops has changed nothing, and what is printed makes no difference to what is done. */
    @Test
    void branchesWhoseTimeIsOver() throws Exception {
        neon.ok("branch", "--expires", "1s", "try");
        neon.ok("start", "try");
        neon.ok("stop", "try");
        String timeline = neon.ok("rev-parse", "try").strip().split("@")[0];
        Path data = neon.repository().resolve("datadirs").resolve(timeline);
        assertTrue(Files.isDirectory(data));
        Thread.sleep(1100);
        neon.fails(ExitCode.INVALID_INPUT, "gc", "--prune", "soon");
        assertTrue(neon.ok("branch", "--porcelain").contains("\ttry\t"));
        assertTrue(neon.ok("gc", "--json").contains("\"removed\""));
        assertFalse(neon.ok("branch", "--porcelain").contains("\ttry\t"));
        assertFalse(Files.exists(data));
    }

    /** Random work on a real server; after each collection every branch and tag has the rows that it had. */
    @Test
    @Tag("nightly")
    void randomHistories() throws IOException {
        long seed = Long.getLong("neon.test.seed", System.nanoTime());
        for (int i = 0; i < 50; i++) {
            System.out.println("GcTest, history " + i + ", seed " + (seed + i));
            randomHistory(new Random(seed + i), "h" + i);
        }
    }

    private void randomHistory(Random random, String prefix) throws IOException {
        Map<String, String> sums = new TreeMap<>();
        List<String> branches = new ArrayList<>();
        neon.ok("branch", prefix, "main");
        branches.add(prefix);
        neon.ok("start", prefix);
        insert(prefix, 10);
        sums.put(prefix, sum(prefix));
        neon.ok("stop", prefix);
        for (int step = 0; step < 8; step++) {
            String branch = branches.get(random.nextInt(branches.size()));
            String name = prefix + "-" + step;
            int choice = random.nextInt(6);
            System.out.println(choice + " " + branch + " -> " + name + " " + neon.ok("rev-parse", branch));
            switch (choice) {
                case 0, 1 -> {
                    neon.ok("start", branch);
                    insert(branch, 1 + random.nextInt(40_000));
                    sums.put(branch, sum(branch));
                    neon.ok("stop", branch, "-m", random.nextBoolean() ? "fast" : "immediate");
                }
                case 2 -> neon.run("snapshot", "create", branch, random.nextBoolean() ? "--full" : "--last-only");
                case 3 -> {
                    neon.ok("branch", name, branch);
                    branches.add(name);
                    sums.put(name, sums.get(branch));
                }
                case 4 -> {
                    neon.ok("tag", name, branch);
                    sums.put(name, sums.get(branch));
                }
                default -> {
                    if (branches.size() > 1) {
                        neon.ok("branch", "-D", branch);
                        branches.remove(branch);
                        sums.remove(branch);
                    }
                }
            }
        }
        neon.ok("gc", "--prune", random.nextBoolean() ? "now" : "2w");
        neon.ok("fsck");
        for (Map.Entry<String, String> each : sums.entrySet()) {
            neon.ok("branch", "look", each.getKey());
            neon.ok("start", "look");
            assertEquals(each.getValue(), sum("look"), each.getKey());
            neon.ok("stop", "look");
            neon.ok("branch", "-D", "look");
            neon.run("branch", "-D", each.getKey());
            neon.run("tag", "-d", each.getKey());
        }
    }

    private long bytes() throws IOException {
        try (Stream<Path> files = Files.walk(neon.repository())) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
