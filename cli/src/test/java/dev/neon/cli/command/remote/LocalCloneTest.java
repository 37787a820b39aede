package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.command.Sql;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Depth;
import dev.neon.sync.Fetch;
import dev.neon.sync.RepositoryEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clones of a path: what they have in common with the repository there, and that neither can do the other any harm by it. */
class LocalCloneTest {
    private static final String LINKED = " of it by hard links";

    @TempDir
    Path directory;

    private RemoteLab lab;
    private CommandLine users;
    private CommandLine origin;

    /** The WAL of main has two whole segments and the beginning of a third; a snapshot is in the second. */
    @BeforeEach
    void prepare() {
        lab = new RemoteLab(directory);
        users = new CommandLine(directory);
        origin = lab.origin("a");
        origin.ok("start");
        Sql.run(origin, "main", "select pg_switch_wal()", "insert into t values (3)");
        origin.ok("stop");
        origin.ok("snapshot", "create");
        origin.ok("start");
        Sql.run(origin, "main", "select pg_switch_wal()", "insert into t values (4)");
        origin.ok("stop");
        assertEquals("1,2,3,4", RemoteLab.rows(origin, "main"));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private String cloned(String to, String... options) {
        List<String> words = Stream.concat(Stream.concat(Stream.of("clone"), Stream.of(options)), Stream.of("a", to)).toList();
        return users.run(words.toArray(String[]::new)).err();
    }

    /** The files of the origin's timelines, each with how many names it has, as they are below a repository. */
    private Map<String, Integer> names(Path repository) throws IOException {
        Path timelines = origin.repository().resolve("timelines");
        Map<String, Integer> names = new TreeMap<>();
        try (Stream<Path> files = Files.walk(timelines)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path there = repository.resolve("timelines").resolve(timelines.relativize(file).toString());
                if (Files.exists(there)) {
                    names.put(timelines.relativize(file).toString().replaceFirst("^[0-9a-f]{32}/", ""), (int) Files.getAttribute(there, "unix:nlink"));
                }
            }
        }
        return names;
    }

    private static long count(Map<String, Integer> names, String pattern, int links) {
        return names.entrySet().stream().filter(file -> file.getKey().matches(pattern) && file.getValue() == links).count();
    }

    /** What of a repository another one has too, with checksums. */
    private static Map<String, Integer> common(CommandLine neon, CommandLine with) {
        Map<String, Integer> files = Repositories.timelines(neon.repository());
        files.keySet().retainAll(Repositories.timelines(with.repository()).keySet());
        return files;
    }

    @Test
    void sharesWhatNeverChanges() throws IOException {
        String said = cloned("b");
        assertTrue(said.contains(LINKED), said);
        CommandLine clone = lab.user("b");
        Map<String, Integer> names = names(clone.repository());
        assertEquals(2, count(names, "wal/[0-9A-F]{24}", 2), names.toString());
        assertTrue(count(names, "wal/[0-9A-F]{24}", 1) >= 1, names.toString());
        assertTrue(count(names, "snapshots/.*/layer-.*", 2) >= 2, names.toString());
        assertEquals(0, count(names, "snapshots/.*/layer-.*", 1), names.toString());
        assertEquals(0, count(names, "(settings|history|.*/manifest|.*/metadata).*", 2), names.toString());
        assertEquals(common(origin, clone), common(clone, origin));
        assertEquals("1,2,3,4", RemoteLab.rows(clone, "main"));
        clone.ok("fsck", "--full");
        origin.ok("fsck", "--full");
    }

    @Test
    void copiesEverythingIfTold() throws IOException {
        String said = cloned("b", "--no-hardlinks");
        assertFalse(said.contains(LINKED), said);
        CommandLine clone = lab.user("b");
        Map<String, Integer> names = names(clone.repository());
        assertEquals(0, count(names, ".*", 2), names.toString());
        assertTrue(names.size() > 8, names.toString());
        assertEquals(common(origin, clone), common(clone, origin));
        assertEquals("1,2,3,4", RemoteLab.rows(clone, "main"));
        clone.ok("fsck", "--full");
    }

    /** One that begins in a segment that is shared and goes on up to the end, so that none begins in what is copied. */
    @Test
    void aLongRecordAtTheEnd() throws Exception {
        origin.ok("start");
        Sql.run(origin, "main", "select pg_logical_emit_message(false, 'long', repeat('x', 20000000))");
        // The WAL writer has been by.
        Thread.sleep(1000);
        origin.ok("stop", "--mode", "immediate");
        assertTrue(cloned("b").contains(LINKED));
        assertTrue(count(names(lab.user("b").repository()), "wal/[0-9A-F]{24}", 2) >= 3);
        lab.user("b").ok("fsck", "--full");
        assertEquals(origin.ok("rev-parse", "main"), lab.user("b").ok("rev-parse", "origin/main"));
    }

    /** Servers, snapshots and gc on each side change nothing on the other one. */
    @Test
    void neitherTouchesTheOther() {
        assertTrue(cloned("b").contains(LINKED));
        CommandLine clone = lab.user("b");
        unchangedWhileUsed(clone, origin);
        unchangedWhileUsed(origin, clone);
        // What one has thrown away the other one still has.
        origin.ok("config", "set", "gc.pitrInterval", "0");
        origin.ok("tag", "-d", "v1");
        origin.ok("branch", "-D", "other");
        origin.ok("gc", "--prune=now");
        clone.ok("fsck", "--full");
        assertEquals("1", RemoteLab.rows(clone, "v1"));
        RemoteLab.delete(origin.directory());
        clone.ok("fsck", "--full");
        assertEquals("1", RemoteLab.rows(clone, "v1"));
    }

    private static void unchangedWhileUsed(CommandLine used, CommandLine other) {
        Map<String, Integer> before = Repositories.timelines(other.repository());
        String rows = RemoteLab.rows(other, "main");
        RemoteLab.write(used, "main", 5);
        Sql.run(started(used), "main", "select pg_switch_wal()", "vacuum full", "checkpoint");
        used.ok("stop", "main");
        used.ok("snapshot", "create", "main");
        used.ok("branch", "new", "main");
        used.ok("gc", "--prune=now");
        used.ok("fsck", "--full");
        assertEquals(before, Repositories.timelines(other.repository()));
        assertEquals(rows, RemoteLab.rows(other, "main"));
    }

    private static CommandLine started(CommandLine neon) {
        neon.ok("start", "main");
        return neon;
    }

    /** Servers of this user could not read it, or it would be taken from the other one. */
    @Test
    void copiesWhatIsAnothers() throws IOException {
        assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root can give files away");
        try (Stream<Path> files = Files.walk(origin.repository())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setAttribute(file, "unix:uid", 65_534);
            }
        }
        String said = cloned("b");
        assertFalse(said.contains(LINKED), said);
        assertEquals(0, count(names(lab.user("b").repository()), ".*", 2));
        assertEquals("1,2,3,4", RemoteLab.rows(lab.user("b"), "main"));
        lab.user("b").ok("fsck", "--full");
    }

    @Test
    void copiesToAnotherFileSystem(@TempDir Path unused) throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory) && !Files.getFileStore(memory).equals(Files.getFileStore(directory)), "there is one file system");
        Path place = Files.createTempDirectory(memory, "neon-clone-");
        try {
            String said = users.run("clone", "--bare", "a", place.resolve("b").toString()).err();
            assertTrue(said.contains("received ") && !said.contains(LINKED), said);
            Repository clone = Repositories.open(place.resolve("b"));
            Repositories.requireSound(clone);
            assertEquals(0, count(names(clone.directory()), ".*", 2));
        } finally {
            RemoteLab.delete(place);
        }
    }

    /** A link that a killed clone has left, under the name of a file that is longer by now. */
    @Test
    void addsNothingToALink() throws IOException {
        Repository there = Repositories.open(origin.repository());
        Path layer;
        try (Stream<Path> files = Files.walk(there.directory().resolve("timelines"))) {
            layer = files.filter(file -> file.endsWith("layer-0001")).findFirst().orElseThrow();
        }
        Repository here = Repositories.create(directory.resolve("b/.neon"));
        Path another = Files.writeString(directory.resolve("another"), "not the beginning of it");
        Path left = here.directory().resolve("incoming/fetch-" + there.id().hex())
                .resolve(there.directory().resolve("timelines").relativize(layer).toString());
        Files.createDirectories(left.getParent());
        Files.createLink(left, another);
        try (RepositoryEndpoint remote = Repositories.endpoint("origin", there)) {
            Repositories.fetch(here).run(remote, "origin", new Fetch.Request(List.of(), Depth.ALL, false, false));
        }
        assertEquals("not the beginning of it", Files.readString(another));
        Repositories.requireSound(here);
    }

    /** The disk damages what is shared in both, and both say so. */
    @Test
    void damageIsFoundInBoth() throws IOException {
        assertTrue(cloned("b").contains(LINKED));
        CommandLine clone = lab.user("b");
        Path layer;
        try (Stream<Path> files = Files.walk(origin.repository().resolve("timelines"))) {
            layer = files.filter(file -> file.endsWith("layer-0001")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(layer);
        bytes[bytes.length / 2] ^= 1;
        Files.write(layer, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        for (CommandLine neon : List.of(origin, clone)) {
            String found = neon.run("fsck", "--full").out();
            assertTrue(found.contains("layer-0001"), found);
        }
    }
}
