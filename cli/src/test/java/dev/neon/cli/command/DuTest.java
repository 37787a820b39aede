package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code neon du}, of a repository with a server's WAL. */
class DuTest {
    /** What a ref needs, and what it alone does; in bytes. */
    private record Share(long bytes, long alone) {}

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

    @Test
    void tellsWhatWouldBeFreeIfARefWent() throws IOException {
        neon.ok("start");
        neon.ok("tag", "v1");
        neon.ok("branch", "heikki");
        assertEquals(Map.of("refs/branches/heikki", new Share(stored(), 0), "refs/branches/main", new Share(stored(), 0),
                "refs/tags/v1", new Share(stored(), 0), "others", new Share(0, 0), "needed", new Share(stored(), stored()),
                "unneeded", new Share(0, 0)), shares());
        long before = stored();
        Sql.run(neon, "main", "create table t as select generate_series(1, 900000) a");
        neon.ok("snapshot", "create");
        neon.ok("stop");
        long mains = shares().get("refs/branches/main").alone();
        assertEquals(new Share(stored(), mains), shares().get("refs/branches/main"));
        assertTrue(mains > 10_000_000 && mains <= stored() - shares().get("refs/branches/heikki").bytes());
        // Whoever is at main's end needs the same.
        neon.ok("branch", "try", "main");
        assertEquals(0, shares().get("refs/branches/main").alone());
        neon.ok("branch", "-d", "try");
        assertEquals(mains, shares().get("refs/branches/main").alone());
        assertTrue(shares().get("refs/tags/v1").bytes() <= before);
        neon.ok("branch", "gone", "v1");
        neon.ok("start", "gone");
        neon.ok("stop", "gone");
        long gone = shares().get("refs/branches/gone").alone();
        assertTrue(gone > 0);
        neon.ok("branch", "-D", "gone");
        assertEquals(gone, shares().get("others").bytes(), "the operation log still has its end");
        assertEquals(0, shares().get("unneeded").bytes());
        neon.ok("config", "set", "gc.reflogExpire", "0s");
        assertEquals(0, shares().get("others").bytes());
        assertEquals(gone, shares().get("unneeded").bytes());
        assertEquals(stored() - gone, shares().get("needed").bytes());
        // A branch that needs its end alone leaves what comes before its last snapshot.
        long all = shares().get("refs/branches/main").bytes();
        neon.ok("config", "set", "branch.main.horizon", "0");
        assertTrue(shares().get("refs/branches/main").bytes() <= all);
        neon.ok("tag", "-d", "v1");
        neon.ok("branch", "-D", "heikki");
        assertTrue(shares().get("needed").bytes() < all, shares().toString());
    }

    @Test
    void prints() {
        assertTrue(neon.ok("du").matches("""
                KIND    NAME +NEEDS +ALONE
                branch  main +[0-9.]+ MB +[0-9.]+ MB
                 +log, leases, servers +0 B
                 +all together +[0-9.]+ MB
                 +needed by none +0 B"""), neon.ok("du"));
        String json = neon.ok("du", "--json").replaceAll("\\s+", "");
        assertTrue(json.matches("\\{\"refs\":\\[\\{\"ref\":\"refs/branches/main\",\"bytes\":\\d+,\"alone\":\\d+}],"
                + "\"others\":0,\"needed\":\\d+,\"unneeded\":0,\"promised\":0}"), json);
    }

    @Test
    void countsNothingWhereSomethingIsMissing() throws IOException {
        String timeline = neon.ok("rev-parse", "main").replaceFirst("@.*", "");
        Path place = directory.resolve(".neon/timelines").resolve(timeline);
        Files.move(place, directory.resolve("elsewhere"));
        assertTrue(neon.fails(ExitCode.NOT_FOUND, "du").contains(timeline));
        Files.move(directory.resolve("elsewhere"), place);
        neon.ok("du");
    }

    private Map<String, Share> shares() {
        Map<String, Share> shares = new TreeMap<>();
        neon.ok("du", "--porcelain").lines().map(line -> line.split("\t"))
                .forEach(fields -> shares.put(fields[0], new Share(Long.parseLong(fields[1]), Long.parseLong(fields[2]))));
        return shares;
    }

    /** Bytes of all snapshots and segments, as the file system tells. */
    private long stored() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve(".neon/timelines"))) {
            long bytes = 0;
            for (Path file : files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList()) {
                boolean isWal = file.getParent().endsWith("wal") && file.getFileName().toString().length() == 24;
                bytes += isWal || file.toString().contains("/snapshots/") ? Files.size(file) : 0;
            }
            return bytes;
        }
    }
}
