package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users do with a lazy clone, beside a full one, on real servers. The origin has an image and two deltas of main, WAL of several
 * segments, the tags v1 and v2, and the branch dev, which was forked before the last delta and written.
 */
class LazyCloneTest {
    /** Far less than one segment of WAL, or one layer of the image. */
    private static final long SMALL = 400_000;
    private static final String COUNT = "select count(*) || ' ' || sum(a) from t";

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private RemoteLab lab;
    private CommandLine users;
    private CommandLine origin;

    @BeforeAll
    static void make() throws IOException {
        try (CommandLine neon = new CommandLine(Files.createDirectories(shared.resolve("a")))) {
            neon.ok("init");
            neon.ok("start");
            Sql.run(neon, "main", "create table t(a int, b text)");
            fill(neon, "main", 1, 60_000);
            neon.ok("tag", "v1");
            neon.ok("snapshot", "create");
            fill(neon, "main", 60_001, 120_000);
            neon.ok("tag", "v2");
            neon.ok("branch", "dev");
            fill(neon, "main", 120_001, 180_000);
            neon.ok("snapshot", "create");
            fill(neon, "main", 180_001, 180_100);
            neon.ok("stop");
            neon.ok("start", "dev");
            Sql.run(neon, "dev", "delete from t where a % 2 = 0");
            neon.ok("stop", "dev");
        }
    }

    private static void fill(CommandLine neon, String branch, int from, int to) {
        Sql.run(neon, branch, "insert into t select a, md5(a::text) from generate_series(" + from + ", " + to + ") a");
    }

    @BeforeEach
    void prepare() {
        lab = new RemoteLab(directory);
        RemoteLab.copy(shared.resolve("a"), directory.resolve("a"));
        origin = lab.user("a");
        users = new CommandLine(directory);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private CommandLine lazyClone(String url, String to) throws IOException {
        String said = users.run("clone", "--lazy", url, to).err();
        assertTrue(said.contains(" are left with 'origin' until they are needed"), said);
        CommandLine clone = lab.user(to);
        assertTrue(bytes(clone) < SMALL, bytes(clone) + " bytes");
        assertEquals("true", clone.ok("config", "get", "remote.origin.promisor"));
        return clone;
    }

    private static long bytes(CommandLine neon) throws IOException {
        try (Stream<Path> files = Files.walk(neon.repository().resolve("timelines"))) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static List<String> files(CommandLine neon) throws IOException {
        Path root = neon.repository().resolve("timelines");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).map(file -> root.relativize(file).toString()).sorted().toList();
        }
    }

    /** How many there are at a revision, and which. */
    private static String rows(CommandLine neon, String revision) {
        String rows = neon.ok("export", "--table", "t", revision);
        return rows.lines().count() - 1 + " rows, " + rows.hashCode();
    }

    /** The same rows as in the full clone, at ends and at points between, and at last the same files. */
    private void sameAsFull(CommandLine clone, String revisions) {
        CommandLine full = lab.clone("a", "full");
        String past = "main@" + origin.ok("rev-parse", "v1").split("@")[1];
        for (String revision : (revisions + ' ' + past).split(" ")) {
            assertEquals(rows(full, revision), rows(clone, revision), revision);
            clone.ok("fsck");
        }
        assertEquals(full.ok("relations", "v2"), clone.ok("relations", "v2"));
        assertEquals(full.ok("wal", "stats", "origin/dev"), clone.ok("wal", "stats", "origin/dev"));
        assertTrue(clone.ok("log", "origin/dev").contains("commit "));
        clone.ok("start");
        assertEquals("180100 " + 180_100L * 180_101 / 2, Sql.query(clone, "main", COUNT));
        clone.ok("stop");
        clone.ok("fsck", "--full");
    }

    @Test
    void overAPath() throws IOException {
        CommandLine clone = lazyClone("a", "b");
        clone.ok("status");
        clone.ok("branch");
        clone.ok("snapshot", "list", "--all");
        clone.ok("branch", "mine", "origin/dev");
        clone.ok("tag", "mine");
        assertTrue(bytes(clone) < SMALL, "that needs nothing: " + files(clone));
        String sound = clone.ok("fsck");
        assertTrue(sound.matches("(?s).*all is whole; [0-9.]+ MB more are promised and not here"), sound);
        assertTrue(clone.ok("du").contains("promised, not here"));
        sameAsFull(clone, "main v1 v2 origin/dev");
        String fork = clone.ok("rev-parse", "origin/main");
        clone.ok("branch", "between", "v2");
        assertEquals(rows(origin, "v2"), rows(clone, "between"));
        assertFalse(fork.isEmpty());
    }

    @Test
    void overHttp() throws Exception {
        String token = users.ok("serve", "token", "create", "reader", "--root", directory.toString());
        try (ServingNeon server = new ServingNeon(directory)) {
            users.with("NEON_TOKEN", token);
            CommandLine clone = lazyClone(server.address("a"), "b").with("NEON_TOKEN", token);
            sameAsFull(clone, "v1 origin/dev");
        }
    }

    @Test
    void fromAWebServer() throws IOException {
        users.ok("clone", "--bare", "a", "hub.neon");
        users.ok("--repo", "hub.neon", "update-server-info");
        HttpServer server = SimpleFileServer.createFileServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), directory, OutputLevel.NONE);
        server.start();
        try {
            sameAsFull(lazyClone("http://127.0.0.1:" + server.getAddress().getPort() + "/hub.neon", "b"), "v1");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void fromABundle() throws IOException {
        origin.ok("bundle", "create", "all.bundle", "--all");
        sameAsFull(lazyClone("a/all.bundle", "b"), "v1");
    }

    /** Without the other side: who needs nothing works, who needs something fails and changes nothing. */
    @Test
    void offline() throws IOException {
        CommandLine clone = lazyClone("a", "b");
        clone.ok("backfill", "v1");
        assertTrue(bytes(clone) < bytes(origin) / 2, files(clone).toString());
        Files.move(directory.resolve("a"), directory.resolve("away"));
        assertEquals(60_000, clone.ok("export", "--table", "t", "v1").lines().count() - 1);
        clone.ok("status");
        clone.ok("fsck", "--full");
        List<String> before = files(clone);
        clone.ok("gc", "--prune=now");
        assertEquals(before, files(clone));
        for (String[] words : new String[][] {{"start"}, {"export", "--table", "t", "main"}, {"wal", "verify", "origin/dev"},
                {"export", "main", directory.resolve("out").toString()}, {"backfill"}, {"start", "--read-only", "origin/dev"}}) {
            Result failed = result(clone, words);
            assertTrue(failed.err().contains("unable to fetch ") && failed.err().contains(" from 'origin', which has promised it: '"), failed.err());
            assertTrue(failed.err().contains("neon backfill"), failed.err());
            assertEquals(before, files(clone).stream().filter(file -> !file.contains("wal-index")).toList(), String.join(" ", words));
            clone.ok("fsck");
        }
        clone.fails(ExitCode.CONFLICT, "remote", "remove", "origin");
        clone.ok("config", "unset", "remote.origin.promisor");
        Result lost = clone.run("fsck");
        assertEquals(ExitCode.CORRUPT.number(), lost.code(), lost.out());
        assertTrue(lost.out().contains("no remote is a promisor"), lost.out());
        clone.ok("config", "set", "remote.origin.promisor", "true");
        Files.move(directory.resolve("away"), directory.resolve("a"));
        clone.with("NEON_NO_LAZY_FETCH", "1");
        assertTrue(clone.run("start").err().contains("NEON_NO_LAZY_FETCH forbids to fetch it"));
        clone.with("NEON_NO_LAZY_FETCH", "");
        assertEquals(rows(origin, "dev"), rows(clone, "origin/dev"));
        clone.ok("backfill");
        Files.move(directory.resolve("a"), directory.resolve("away"));
        assertEquals("would fetch 0 B", clone.ok("backfill", "-n"));
        assertEquals(120_000, clone.ok("export", "--table", "t", "v2").lines().count() - 1);
        assertTrue(clone.ok("fsck", "--full").endsWith("all is whole"));
        clone.ok("remote", "remove", "origin");
    }

    private static Result result(CommandLine neon, String... words) {
        Result failed = neon.run(words);
        assertEquals(ExitCode.TRANSFER_FAILED.number(), failed.code(), () -> String.join(" ", words) + ": " + failed.err());
        return failed;
    }

    /** What was fetched goes when nobody needs it, and can be had again; what is promised is not taken for lost. */
    @Test
    void collects() throws IOException {
        CommandLine clone = lazyClone("a", "b");
        clone.ok("start");
        fill(clone, "main", 180_101, 200_000);
        clone.ok("snapshot", "create");
        clone.ok("stop");
        String rows = rows(clone, "main");
        clone.ok("config", "set", "gc.horizon", "1MB");
        clone.ok("tag", "-d", "v1");
        clone.ok("gc", "--prune=now");
        clone.ok("gc", "--aggressive", "--prune=now");
        clone.ok("fsck", "--full");
        assertEquals(rows, rows(clone, "main"));
        assertEquals(rows(origin, "dev"), rows(clone, "origin/dev"));
        assertEquals(rows(origin, "v2"), rows(clone, "v2"));
        clone.ok("fsck", "--full");
        clone.ok("gc", "--prune=now");
        assertEquals(rows(origin, "v2"), rows(clone, "v2"));
        clone.ok("backfill");
        clone.ok("fsck", "--full");
        assertEquals(rows, rows(clone, "main"));
    }

    /** Fetches stay lazy; pushes give what is new, and bundles and others what was only promised once that is here. */
    @Test
    void withOthers() throws IOException {
        CommandLine clone = lazyClone("a", "b");
        for (int i = 0; i < 3; i++) {
            int first = 300_000 + i * 1000;
            origin.ok("start");
            fill(origin, "main", first, first + 999);
            origin.ok("stop");
            clone.ok("fetch");
            assertTrue(i > 0 || bytes(clone) < SMALL, files(clone).toString());
            clone.ok("fsck");
            if (i == 1) {
                assertEquals(rows(origin, "main"), rows(clone, "origin/main"));
            }
        }
        assertEquals(rows(origin, "main"), rows(clone, "origin/main"));
        clone.ok("pull");
        assertEquals(rows(origin, "main"), rows(clone, "main"));
        clone.ok("start");
        fill(clone, "main", 400_000, 400_010);
        clone.ok("stop");
        clone.ok("push");
        assertEquals(rows(clone, "main"), rows(origin, "main"));
        CommandLine again = lazyClone("a", "c");
        again.fails(ExitCode.UNSUPPORTED, "update-server-info");
        Result refused = users.run("clone", "c", "d");
        assertEquals(ExitCode.UNSUPPORTED.number(), refused.code(), refused.err());
        assertTrue(refused.err().contains("is not in this lazy clone"), refused.err());
        again.ok("branch", "dev", "origin/dev");
        again.ok("bundle", "create", "dev.bundle", "dev", "v1");
        users.ok("clone", "-b", "dev", "c/dev.bundle", "e");
        assertEquals(rows(origin, "dev"), rows(lab.user("e"), "dev"));
        users.ok("init", "--bare", "empty.neon");
        again.ok("push", "../empty.neon", "main");
        users.ok("clone", "empty.neon", "f");
        assertEquals(rows(origin, "main"), rows(lab.user("f"), "main"));
        again.ok("fsck", "--full");
    }
}
