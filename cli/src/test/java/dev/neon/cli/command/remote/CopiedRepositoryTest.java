package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.command.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories that were copied or moved without neon. */
class CopiedRepositoryTest {
    private static final String WARNING = "this repository was copied";

    @TempDir
    Path directory;

    private RemoteLab lab;
    private CommandLine origin;
    private String id;
    private String timeline;

    @BeforeEach
    void prepare() {
        lab = new RemoteLab(directory);
        origin = lab.origin("a");
        // Gets its mark.
        RemoteLab.write(origin, "main", 3);
        id = id(origin);
        timeline = timeline(origin);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static String id(CommandLine neon) {
        return neon.ok("config", "get", "core.repositoryId");
    }

    private static String timeline(CommandLine neon) {
        return read(neon.repository().resolve("refs/branches/main"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertEquals(0, process.waitFor(), String.join(" ", command));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    /** The start tells, and the branch goes on on a timeline of the copy's own. */
    private CommandLine requireCopy(String name) {
        CommandLine copy = lab.user(name);
        Map<String, Integer> before = Repositories.timelines(copy.repository());
        String said = copy.run("start", "main").err();
        assertTrue(said.contains("warning: " + WARNING), said);
        Sql.run(copy, "main", "insert into t values (100)");
        copy.ok("stop", "main");
        assertNotEquals(id, id(copy));
        assertNotEquals(timeline, timeline(copy));
        Map<String, Integer> after = Repositories.timelines(copy.repository());
        before.forEach((file, checksum) -> assertEquals(checksum, after.get(file), file));
        String again = copy.run("start", "main").err();
        assertFalse(again.contains(WARNING), again);
        copy.ok("stop", "main");
        copy.ok("fsck");
        return copy;
    }

    private void requireSame(String name) {
        CommandLine same = lab.user(name);
        String said = same.run("start", "main").err();
        assertFalse(said.contains(WARNING), said);
        same.ok("stop", "main");
        assertEquals(id, id(same));
        assertEquals(timeline, timeline(same));
    }

    /** While a server runs, too: which neither sees nor harms the copy. */
    @Test
    void copiesAreRepositoriesOfTheirOwn() throws Exception {
        run("cp", "-a", path("a"), path("archive"));
        run("cp", "-al", path("a"), path("links"));
        origin.ok("start", "main");
        Sql.run(origin, "main", "checkpoint");
        run("cp", "-r", path("a"), path("b"));
        Sql.run(origin, "main", "insert into t values (4)");
        for (String name : List.of("archive", "b")) {
            CommandLine copy = requireCopy(name);
            assertEquals("1,2,3,100", RemoteLab.rows(copy, "main"), name);
        }
        // What the original writes into files that have two names is there as well, up to the fork.
        assertEquals("1,2,3,4,100", RemoteLab.rows(requireCopy("links"), "main"));
        assertEquals("4", Sql.query(origin, "main", "select count(*) from t"));
        Sql.run(origin, "main", "insert into t values (5)");
        origin.ok("stop", "main");
        assertEquals(id, id(origin));
        assertEquals("1,2,3,4,5", RemoteLab.rows(origin, "main"));
        origin.ok("fsck", "--full");
        // They know each other's history.
        CommandLine copy = lab.user("b");
        RemoteLab.refused(copy, "push", "../a", "main");
        copy.ok("push", "../a", "main:from-b");
        assertEquals("1,2,3,100", RemoteLab.rows(origin, "from-b"));
        copy.ok("fetch", "../a");
        assertEquals("1,2,3,4,5", RemoteLab.rows(copy, "a/main"));
    }

    /** The first that is done with a copy is to fetch, to push, to be asked, or to fork. */
    @Test
    void whateverComesFirst() throws Exception {
        for (String name : List.of("fetches", "pushes", "is-asked", "forks")) {
            run("cp", "-r", path("a"), path(name));
        }
        lab.user("fetches").ok("fetch", "../a");
        lab.user("pushes").ok("push", "../a", "main:pushed");
        origin.ok("fetch", "../is-asked");
        lab.user("forks").ok("branch", "dev");
        for (String name : List.of("fetches", "pushes", "is-asked", "forks")) {
            assertNotEquals(id, id(lab.user(name)), name);
        }
        String fork = read(lab.user("forks").repository().resolve("refs/branches/dev"));
        assertTrue(read(lab.user("forks").repository().resolve("timelines/" + fork + "/history")).contains("owner: " + id(lab.user("forks"))));
        assertEquals(id, id(origin));
        requireSame("a");
    }

    @Test
    void movedOnesAreTheSame() throws Exception {
        run("mv", path("a"), path("elsewhere"));
        requireSame("elsewhere");
        run("mkdir", path("below"));
        run("mv", path("elsewhere/.neon"), path("below/.neon"));
        requireSame("below");
    }

    @Test
    void restoredBackup() throws Exception {
        run("cp", "-a", path("a"), path("backup"));
        RemoteLab.write(origin, "main", 4);
        CommandLine clone = lab.clone("a", "clone");
        RemoteLab.delete(directory.resolve("a"));
        run("cp", "-a", path("backup"), path("a"));
        requireCopy("a");
        // Its new history does not get in the way of what was fetched before it was put back.
        clone.ok("fetch");
        assertEquals("1,2,3,100", RemoteLab.rows(clone, "origin/main"));
        assertEquals("1,2,3,4", RemoteLab.rows(clone, "main"));
    }

    @Test
    void rsync() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/rsync")), "no rsync");
        run("rsync", "-a", path("a") + "/", path("b") + "/");
        String first = id(requireCopy("b"));
        // By content: rsync takes files of the same size and the same second for the same.
        run("rsync", "-a", "--checksum", "--delete", path("a") + "/", path("b") + "/");
        assertEquals(id, id(lab.user("b")));
        assertNotEquals(first, id(requireCopy("b")));
        run("rsync", "-a", "--checksum", "--inplace", "--delete", path("a") + "/", path("b") + "/");
        requireCopy("b");
        // Over itself.
        run("cp", "-a", path("a"), path("backup"));
        RemoteLab.write(origin, "main", 4);
        run("rsync", "-a", "--delete", path("backup") + "/", path("a") + "/");
        requireSame("a");
    }

    @Test
    void withoutAMark() throws Exception {
        Files.delete(origin.repository().resolve("place"));
        requireSame("a");
        assertTrue(Files.exists(origin.repository().resolve("place")));
        run("cp", "-r", path("a"), path("b"));
        lab.user("b").ok("config", "set", "core.noticeCopies", "false");
        requireSame("b");
        lab.user("b").ok("config", "unset", "core.noticeCopies");
        Files.writeString(lab.user("b").repository().resolve("place"), "damaged");
        requireCopy("b");
    }
}
