package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TreeHash;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Push over a path: what it moves, and what it refuses. */
class PushTest {
    @TempDir
    Path directory;

    private RemoteLab lab;
    private CommandLine origin;
    private CommandLine clone;

    @BeforeEach
    void prepare() {
        lab = new RemoteLab(directory);
        origin = lab.origin("a");
        clone = lab.clone("a", "b");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Map<String, String> there() {
        return RemoteLab.refs(clone, "origin");
    }

    /** Runs a push that is refused and changes neither repository. */
    private String refused(String... words) {
        TreeHash here = TreeHash.of(clone.repository());
        Map<String, String> before = withoutIncoming();
        String message = RemoteLab.refused(clone, words);
        assertEquals(before, withoutIncoming(), "there");
        assertEquals(here.entries(), TreeHash.of(clone.repository()).entries(), "here");
        return message;
    }

    /** What was received stays for the next try, for a week. */
    private Map<String, String> withoutIncoming() {
        Map<String, String> entries = new TreeMap<>(TreeHash.of(origin.repository()).entries());
        entries.keySet().removeIf(name -> name.startsWith("incoming"));
        return entries;
    }

    /** A tag has none of what is set for a branch of its name, and a branch that comes back has it. */
    @Test
    void settingsAreTheBranchs() {
        origin.ok("branch", "v1", "main");
        origin.ok("branch", "--protect", "v1");
        clone.ok("push", "--delete", "origin", "refs/tags/v1");
        assertTrue(origin.fails(ExitCode.CONFLICT, "branch", "-D", "v1").contains("it is protected"), "the tag took nothing along");
        origin.ok("branch", "--unprotect", "v1");
        origin.ok("branch", "--expires", "7d", "v1");
        String expires = origin.ok("config", "get", "branch.v1.expires");
        clone.ok("fetch");
        clone.ok("push", "--delete", "origin", "refs/branches/v1");
        assertEquals(ExitCode.NEGATIVE.number(), origin.run("config", "get", "branch.v1.expires").code());
        origin.ok("undo");
        assertEquals(expires, origin.ok("config", "get", "branch.v1.expires"));
    }

    @Test
    void branchesAndTags() {
        RemoteLab.write(clone, "main", 3);
        clone.ok("branch", "new");
        clone.ok("tag", "-m", "second\tone", "v2");
        Map<String, String> before = there();
        TreeHash hash = TreeHash.of(origin.repository());
        String told = clone.run("push", "--dry-run", "--all", "--tags").err();
        assertTrue(told.contains("[new branch]") && told.contains("[new tag]"), told);
        assertEquals(hash, TreeHash.of(origin.repository()));
        clone.ok("push");
        assertEquals("1,2,3", RemoteLab.rows(origin, "main"));
        assertEquals(before.size(), there().size());
        clone.ok("push", "--all");
        assertEquals("1,2,3", RemoteLab.rows(origin, "new"));
        clone.ok("push", "--tags");
        assertEquals("1,2,3", RemoteLab.rows(origin, "v2"));
        assertTrue(origin.ok("tag", "--json").contains("second\\tone"), origin.ok("tag", "--json"));
        assertEquals("Everything up-to-date\n", clone.run("push", "--all", "--tags").err());
        clone.ok("push", "origin", "v1:refs/branches/from-tag", "main:refs/tags/from-branch", "HEAD:head", "main^:before");
        assertEquals("1", RemoteLab.rows(origin, "from-tag"));
        assertEquals("1,2,3", RemoteLab.rows(origin, "from-branch"));
        assertEquals("1,2,3", RemoteLab.rows(origin, "head"));
        assertEquals("1,2", RemoteLab.rows(origin, "before"));
        assertEquals("1,2", RemoteLab.rows(clone, "origin/before"));
        clone.ok("push", "--delete", "origin", "before", "head", "refs/tags/from-branch");
        clone.ok("push", "origin", ":from-tag");
        assertFalse(there().keySet().stream().anyMatch(name -> name.matches(".*(before|head|from).*")), there().toString());
        clone.fails(ExitCode.NOT_FOUND, "rev-parse", "origin/before");
        RemoteLab.write(origin, "main", 4);
        clone.ok("pull");
        assertEquals("1,2,3,4", RemoteLab.rows(clone, "main"));
        origin.ok("fsck", "--full");
        clone.ok("fsck", "--full");
    }

    @Test
    void refusals() {
        RemoteLab.write(clone, "main", 3);
        RemoteLab.write(origin, "main", 4);
        clone.ok("branch", "new");
        clone.ok("tag", "-f", "v1", "main");
        assertTrue(refused("push").contains("not a fast-forward"));
        assertTrue(refused("push", "--force-with-lease").contains("it is not what it was when this repository last looked"));
        assertTrue(refused("push", "origin", "v1").contains("the tag exists"));
        assertTrue(refused("push", "--atomic", "origin", "new", "main").contains("another one was refused"));
        assertTrue(refused("push", "--delete", "origin", "none").contains("it does not exist there"));
        assertTrue(refused("push", "--delete", "origin", "main").contains("HEAD is on it there"));
        origin.ok("config", "set", "branch.main.protected", "true");
        clone.ok("fetch");
        assertTrue(refused("push", "--force").contains("it is protected"));
        assertTrue(refused("push", "--force-with-lease").contains("it is protected"));
        assertTrue(refused("push").contains("both have gone on since"));
        origin.ok("config", "set", "branch.other.protected", "true");
        assertTrue(refused("push", "--delete", "--force", "origin", "other").contains("it is protected"));
        clone.fails(ExitCode.NOT_FOUND, "push", "origin", "none");
        clone.fails(ExitCode.NOT_FOUND, "push", "origin", "main@{1}");
        clone.fails(ExitCode.USAGE, "push", "--delete", "origin");
        for (String name : new String[] {"main:refs/heads/x", "main:refs/remotes/origin/branches/x", "main:HEAD", "main:a..b", "main:",
                "main:refs/branches/../../x", "main:refs/../HEAD", ":", "main:-x"}) {
            TreeHash before = TreeHash.of(origin.repository());
            int code = clone.run("push", "origin", name).code();
            assertTrue(code == ExitCode.INVALID_INPUT.number() || code == ExitCode.NEGATIVE.number(), name + ": " + code);
            assertEquals(before, TreeHash.of(origin.repository()), name);
        }
        // What is not refused goes on without --atomic.
        String some = RemoteLab.refused(clone, "push", "origin", "new", "main");
        assertTrue(some.contains("[new branch]") && some.contains("[rejected]"), some);
        assertEquals("1,2,3", RemoteLab.rows(origin, "new"));
        assertEquals("1,2,4", RemoteLab.rows(origin, "main"));
        origin.ok("config", "set", "branch.main.protected", "false");
        clone.ok("push", "--force-with-lease", "origin", "main", "v1");
        assertEquals("1,2,3", RemoteLab.rows(origin, "main"));
        assertEquals("1,2,3", RemoteLab.rows(origin, "v1"));
        origin.ok("fsck", "--full");
    }

    /** A push to a branch on which a server runs, and one that another push has overtaken. */
    /** The other side then has a timeline with nothing of its own, which is written here before it is pushed itself. */
    @Test
    void aForkBeforeWhatItWasForkedFrom() {
        clone.ok("branch", "own");
        RemoteLab.write(clone, "own", 3);
        clone.ok("push", "origin", "own");
        RemoteLab.write(clone, "main", 4);
        clone.ok("push", "origin", "main");
        assertEquals("1,2,3", RemoteLab.rows(origin, "own"));
        assertEquals("1,2,4", RemoteLab.rows(origin, "main"));
        origin.ok("fsck", "--full");
    }

    @Test
    void inTheWay() {
        CommandLine second = lab.clone("a", "c");
        RemoteLab.write(clone, "main", 3);
        origin.ok("start");
        Sql.run(origin, "main", "insert into t values (4)");
        String running = RemoteLab.refused(clone, "push", "--force");
        assertTrue(running.contains("a server is running on it there"), running);
        assertEquals("1,2,4", RemoteLab.rows(origin, "main"));
        // Other branches move while it runs.
        clone.ok("push", "origin", "main:side");
        assertEquals("1,2,3", RemoteLab.rows(origin, "side"));
        origin.ok("stop");
        clone.ok("fetch");
        second.ok("fetch");
        second.ok("branch", "other", "origin/other");
        RemoteLab.write(second, "other", 5);
        clone.ok("push", "--force-with-lease");
        assertEquals("1,2,3", RemoteLab.rows(origin, "main"));
        String late = RemoteLab.refused(second, "push", "--force-with-lease", "origin", "other:main");
        assertTrue(late.contains("fetch first"), late);
        second.ok("push", "--force", "origin", "other:main");
        assertEquals("1,5", RemoteLab.rows(origin, "main"));
        origin.ok("fsck", "--full");
    }
}
