package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.TreeHash;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clone, fetch, pull, ls-remote and remote, over a path. */
class RemoteTest {
    @TempDir
    Path directory;

    private RemoteLab lab;
    private CommandLine origin;

    @BeforeEach
    void prepare() {
        lab = new RemoteLab(directory);
        origin = lab.origin("a");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** Older points than there are, and a part of which the base lies on one that is older. */
    @Test
    void shallowClones() {
        origin.ok("start", "main");
        Sql.run(origin, "main", "select pg_switch_wal()", "insert into t values (3)");
        origin.ok("stop", "main");
        origin.ok("snapshot", "create", "main");
        String lsn = origin.ok("rev-parse", "main").replaceFirst("(?s).*@(\\S+).*", "$1");
        origin.ok("start", "main");
        Sql.run(origin, "main", "select pg_switch_wal()", "insert into t values (4)");
        origin.ok("stop", "main");
        for (String depth : List.of("--depth-time 7d", "--depth-lsn " + lsn)) {
            String[] words = depth.split(" ");
            String name = words[0].substring(2);
            new CommandLine(directory).ok("clone", words[0], words[1], "a", name);
            CommandLine clone = lab.user(name);
            assertEquals("1,2,3,4", RemoteLab.rows(clone, "main"));
            clone.ok("fsck", "--full");
        }
    }

    @Test
    void cloneHasAllOfIt() {
        Map<String, String> there = RemoteLab.refs(origin, directory.resolve("a").toString());
        assertEquals(List.of("refs/branches/main", "refs/branches/other", "refs/tags/v1"), List.copyOf(there.keySet()));
        CommandLine clone = lab.clone("a", "b");
        assertEquals("1,2", RemoteLab.rows(clone, "main"));
        assertEquals("1,2", RemoteLab.rows(clone, "origin/main"));
        assertEquals("1", RemoteLab.rows(clone, "origin/other"));
        assertEquals("1", RemoteLab.rows(clone, "v1"));
        assertEquals(there, RemoteLab.refs(clone, "origin"));
        assertEquals(Map.of("refs/branches/main", there.get("refs/branches/main"), "refs/tags/v1", there.get("refs/tags/v1")),
                RemoteLab.refs(clone, "."));
        clone.ok("fsck", "--full");
        String tags = clone.ok("tag", "--json");
        assertTrue(tags.contains("the first"), tags);
        assertEquals("", clone.run("fetch").err());
        assertEquals("Already up to date\n", clone.run("pull").err());
        assertEquals("Everything up-to-date\n", clone.run("push").err());
        assertFalse(Files.exists(clone.repository().resolve("incoming")) && directory(clone.repository().resolve("incoming")) > 0);
        RemoteLab.write(clone, "main", 3);
        assertEquals("1,2,3", RemoteLab.rows(clone, "main"));
    }

    private static int directory(Path directory) {
        return directory.toFile().list().length;
    }

    @Test
    void cloneOfABranchAndOfAClone() {
        CommandLine here = new CommandLine(directory);
        here.ok("clone", "--branch", "other", "--origin", "up", "a/.neon", "b");
        CommandLine clone = lab.user("b");
        assertEquals("other", clone.ok("rev-parse", "--abbrev-ref", "HEAD"));
        assertEquals("1", RemoteLab.rows(clone, "HEAD"));
        assertEquals("up", clone.ok("remote"));
        CommandLine second = lab.clone("b", "c");
        assertEquals("1", RemoteLab.rows(second, "other"));
        assertEquals(RemoteLab.refs(clone, "."), RemoteLab.refs(second, "."));
    }

    @Test
    void cloneWhereSomethingIs() {
        CommandLine here = new CommandLine(directory);
        lab.clone("a", "b");
        TreeHash before = TreeHash.of(directory.resolve("b/.neon"));
        CommandLine.requireMessage(ExitCode.ALREADY_EXISTS, here.run("clone", "a", "b"), "clone", "a", "b");
        assertEquals(before, TreeHash.of(directory.resolve("b/.neon")));
        CommandLine.requireMessage(ExitCode.NOT_A_REPOSITORY, here.run("clone", "nothing", "c"), "clone", "nothing", "c");
        assertFalse(Files.exists(directory.resolve("c")));
    }

    @Test
    void fetchAndPull() {
        CommandLine clone = lab.clone("a", "b");
        RemoteLab.write(origin, "main", 3);
        origin.ok("tag", "v2");
        origin.ok("branch", "third");
        origin.ok("branch", "-d", "other");
        TreeHash before = TreeHash.of(clone.repository());
        String told = clone.run("fetch", "--dry-run", "--prune").err();
        assertTrue(told.contains("main -> origin/main") && told.contains("[new branch]") && told.contains("[deleted]"), told);
        assertEquals(before, TreeHash.of(clone.repository()));
        String only = clone.run("fetch", "origin", "third").err();
        assertTrue(only.contains("third -> origin/third") && !only.contains("main"), only);
        assertEquals("1,2", RemoteLab.rows(clone, "origin/main"));
        assertEquals("1,2,3", RemoteLab.rows(clone, "origin/third"));
        String all = clone.run("fetch", "-p").err();
        assertTrue(all.contains(" - [deleted]         (none) -> origin/other"), all);
        assertEquals("1,2,3", RemoteLab.rows(clone, "origin/main"));
        assertEquals("1,2", RemoteLab.rows(clone, "main"));
        String pulled = clone.run("pull").err();
        assertTrue(pulled.startsWith("Fast-forward main: "), pulled);
        assertEquals("1,2,3", RemoteLab.rows(clone, "main"));
        assertEquals("1,2,3", RemoteLab.rows(clone, "v2"));
        clone.fails(ExitCode.NOT_FOUND, "pull", "origin", "other");
        clone.ok("pull", "origin", "third");
        assertEquals("1,2,3", RemoteLab.rows(clone, "third"));
        clone.ok("fsck", "--full");
    }

    /** A server on the branch there writes on; one here is in the way of a pull. */
    @Test
    void whileServersRun() {
        CommandLine clone = lab.clone("a", "b");
        clone.ok("start");
        origin.ok("start");
        Sql.run(origin, "main", "insert into t values (3)");
        clone.ok("fetch");
        assertEquals("1,2,3", RemoteLab.rows(clone, "origin/main"));
        assertEquals("2", Sql.query(clone, "main", "select count(*) from t"));
        String busy = clone.run("pull").err();
        assertTrue(busy.startsWith("error: a server is running on branch 'main'") && busy.contains("'neon stop main'"), busy);
        RemoteLab.follow(clone, "stop main");
        clone.ok("pull");
        clone.ok("start");
        assertEquals("3", Sql.query(clone, "main", "select count(*) from t"));
        String refused = RemoteLab.refused(clone, "push", "origin", "v1:refs/branches/main", "--force");
        assertTrue(refused.contains("a server is running on it there"), refused);
    }

    @Test
    void remotes() {
        CommandLine clone = lab.clone("a", "b");
        assertEquals("origin", clone.ok("remote"));
        assertEquals(directory.resolve("a").toString(), clone.ok("remote", "get-url", "origin"));
        clone.ok("remote", "rename", "origin", "up");
        assertEquals("1,2", RemoteLab.rows(clone, "up/main"));
        clone.fails(ExitCode.NOT_FOUND, "fetch");
        assertEquals("", clone.run("fetch", "up").err());
        clone.ok("remote", "add", "two", "../a");
        String told = clone.run("fetch", "two").err();
        assertTrue(told.contains("main -> two/main"), told);
        clone.fails(ExitCode.ALREADY_EXISTS, "remote", "add", "two", "../a");
        clone.fails(ExitCode.INVALID_INPUT, "remote", "add", "t/wo", "../a");
        clone.fails(ExitCode.INVALID_INPUT, "remote", "add", "three", "gopher://a/b");
        clone.fails(ExitCode.NOT_FOUND, "remote", "remove", "three");
        clone.fails(ExitCode.USAGE, "remote", "add", "three");
        clone.ok("remote", "set-url", "--push", "two", "/nowhere");
        assertTrue(clone.ok("remote", "-v").contains("two\t../a (fetch)\ntwo\t/nowhere (push)"));
        clone.fails(ExitCode.NOT_A_REPOSITORY, "push", "two");
        clone.ok("remote", "remove", "two");
        clone.fails(ExitCode.NOT_FOUND, "rev-parse", "two/main");
        assertEquals("up", clone.ok("remote"));
        assertEquals("1,2", RemoteLab.rows(clone, "up/main"));
        // What has no name can be fetched from, too.
        String anonymous = clone.run("fetch", "../a").err();
        assertTrue(anonymous.contains("main -> a/main"), anonymous);
    }

    /** It shows in time, and nowhere else. */
    @Test
    void heldBack() {
        long begin = System.nanoTime();
        new CommandLine(directory).ok("clone", "-c", "transfer.limitRate=8MB", "a", "slow");
        double seconds = (System.nanoTime() - begin) / 1e9;
        CommandLine slow = lab.user("slow");
        assertEquals("8MB", slow.ok("config", "get", "transfer.limitRate"));
        assertEquals("1,2", RemoteLab.rows(slow, "main"));
        // Its WAL alone is what most of a second brings; files that are copied as a whole do not count.
        assertTrue(seconds > 0.4, seconds + " s");
        slow.ok("config", "set", "transfer.limitRate", "none");
        RemoteLab.write(lab.user("a"), "main", 3);
        slow.fails(ExitCode.INVALID_INPUT, "fetch");
    }

    @Test
    void badAddresses() {
        CommandLine clone = lab.clone("a", "b");
        String longPath = "/" + "x".repeat(200) + "/" + "y".repeat(200);
        clone.fails(ExitCode.NOT_A_REPOSITORY, "fetch", longPath);
        clone.fails(ExitCode.NOT_A_REPOSITORY, "fetch", "./none");
        clone.fails(ExitCode.NOT_FOUND, "fetch", "none");
        clone.fails(ExitCode.INVALID_INPUT, "fetch", "");
        clone.fails(ExitCode.INVALID_INPUT, "fetch", "gopher://host/path");
        clone.fails(ExitCode.INVALID_INPUT, "ls-remote", "ssh://-oProxyCommand=x/path");
        clone.fails(ExitCode.INVALID_INPUT, "fetch", "--", "-oProxyCommand=x:path");
        clone.fails(ExitCode.INVALID_INPUT, "fetch", "ssh://host");
        clone.fails(ExitCode.TRANSFER_FAILED, "fetch", "https://host.invalid/path");
        clone.fails(ExitCode.NOT_A_REPOSITORY, "fetch", "file:///nowhere");
        clone.fails(ExitCode.NOT_A_REPOSITORY, "fetch", "/");
        Result none = new CommandLine(directory).run("clone", "/", "d");
        CommandLine.requireMessage(ExitCode.NOT_A_REPOSITORY, none, "clone", "/");
        CommandLine.requireMessage(ExitCode.TRANSFER_FAILED, new CommandLine(directory).run("clone", "host.invalid:x", "d"), "clone");
        // A path longer than a file's name may be, and yet right.
        Path deep = directory.resolve("d".repeat(120)).resolve("e".repeat(120)).resolve("f".repeat(120));
        RemoteLab.copy(directory.resolve("a"), deep);
        clone.ok("fetch", deep.toString());
    }

    @Test
    void anotherCluster() {
        CommandLine clone = lab.clone("a", "b");
        CommandLine other = lab.user("c");
        other.ok("init");
        for (String[] words : new String[][] {{"fetch", "../c"}, {"push", "../c", "main"}, {"push", "../c", "main:new", "-f"}}) {
            TreeHash before = TreeHash.of(other.repository());
            String message = clone.fails(ExitCode.CONFLICT, words);
            assertTrue(message.contains("different clusters"), message);
            assertEquals(before, TreeHash.of(other.repository()));
        }
    }

    /** A copy has the same id, so that it would seem to be the same writer. */
    @Test
    void copiesAreNoticed() {
        CommandLine clone = lab.clone("a", "b");
        RemoteLab.copy(directory.resolve("a"), directory.resolve("copy"));
        CommandLine copy = lab.user("copy");
        // It has its mark, of this place: what is compared with later is as it is then.
        Repositories.open(copy.repository()).ownId();
        for (String[] words : new String[][] {{"fetch", "../a"}, {"push", "../a", "main"}}) {
            String message = copy.fails(ExitCode.CONFLICT, words);
            assertTrue(message.contains("copy of it with the same id"), message);
        }
        // The way out that is advised: a clone of the copy.
        CommandLine other = lab.clone("copy", "c");
        RemoteLab.write(origin, "main", 3);
        other.ok("fetch", "../a");
        assertEquals("1,2,3", RemoteLab.rows(other, "a/main"));
        other.ok("push", "../b", "main:copy");
        assertEquals("1,2", RemoteLab.rows(clone, "copy"));
    }

    /** A copy on which a server has run is another history under the same name. */
    @Test
    void copiesThatWereWrittenAreNoticed() {
        CommandLine clone = lab.clone("a", "b");
        RemoteLab.copy(directory.resolve("a"), directory.resolve("copy"));
        CommandLine copy = lab.user("copy");
        RemoteLab.write(copy, "main", 4);
        RemoteLab.write(copy, "main", 5);
        RemoteLab.write(origin, "main", 3);
        clone.ok("pull");
        String message = clone.fails(ExitCode.CONFLICT, "fetch", "../copy");
        assertTrue(message.contains("is not the same on both sides"), message);
        lab.clone("copy", "c");
        message = clone.fails(ExitCode.CONFLICT, "fetch", "../c");
        assertTrue(message.contains("is not the same on both sides"), message);
        TreeHash before = TreeHash.of(directory.resolve("b/.neon"));
        message = lab.user("c").fails(ExitCode.CONFLICT, "push", "../b", "main", "-f");
        assertTrue(message.contains("is not the same on both sides"), message);
        assertEquals(before, TreeHash.of(directory.resolve("b/.neon")));
        clone.ok("fsck", "--full");
        assertEquals("1,2,3", RemoteLab.rows(clone, "main"));
    }

    /**
     * A repository is put back from an older copy and written again, less than before, as much, or more. Neither side
     * takes the one history for the other.
     */
    @Test
    void putBackFromAnOlderCopy() {
        RemoteLab.copy(directory.resolve("a"), directory.resolve("backup"));
        RemoteLab.write(origin, "main", 3);
        origin.ok("tag", "v3", "main");
        RemoteLab.write(origin, "main", 4);
        CommandLine clone = lab.clone("a", "b");
        RemoteLab.write(clone, "main", 5);
        RemoteLab.delete(directory.resolve("a"));
        RemoteLab.copy(directory.resolve("backup"), directory.resolve("a"));
        Repositories.open(origin.repository()).ownId();
        TreeHash theirs = TreeHash.of(clone.repository());
        String told = clone.ok("rev-parse", "origin/main");
        // Nothing was written since: the clone's copy is longer than the writer's.
        String message = origin.fails(ExitCode.CONFLICT, "fetch", "../b");
        assertTrue(message.contains("put back from an older copy"), message);
        for (int row = 13; row < 16; row++) {
            // The third time it has got further than the clone's copy.
            RemoteLab.write(origin, "main", row);
            message = origin.fails(ExitCode.CONFLICT, "fetch", "../b");
            assertTrue(message.contains("put back from an older copy") || message.contains("not the same on both sides"), message);
            message = origin.fails(ExitCode.CONFLICT, "push", "../b", "main:back");
            assertTrue(message.contains("not the same on both sides"), message);
            message = origin.fails(ExitCode.CONFLICT, "push", "--force", "../b", "main");
            assertTrue(message.contains("not the same on both sides"), message);
            assertEquals(theirs, TreeHash.of(clone.repository()));
            // If it ends where it did before, to the byte, the clone sees no change yet.
            boolean isEqual = RemoteLab.refs(origin, ".").get("refs/branches/main").equals(told);
            Result fetched = clone.run("fetch");
            assertEquals(isEqual ? 0 : ExitCode.CONFLICT.number(), fetched.code(), fetched.err());
            assertTrue(isEqual || fetched.err().contains("not the same on both sides"), fetched.err());
            assertEquals(theirs, TreeHash.of(clone.repository()));
        }
        clone.ok("fsck", "--full");
        assertEquals("1,2,3,4,5", RemoteLab.rows(clone, "main"));
    }
}
