package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import dev.neon.repo.repository.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code neon bundle}, and what is cloned and fetched from one. */
class BundleTest {
    @TempDir
    Path directory;

    private RemoteLab lab;
    private CommandLine origin;
    private CommandLine here;

    @BeforeEach
    void prepare() {
        lab = new RemoteLab(directory);
        origin = lab.origin("a");
        here = new CommandLine(directory);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    @Test
    void wholeOne() {
        String said = origin.run("bundle", "create", "../all.bundle", "--all").err();
        assertTrue(said.startsWith("wrote 3 refs, "), said);
        Result verified = here.run("bundle", "verify", "all.bundle");
        assertEquals("'all.bundle' is whole\n", verified.err());
        Map<String, String> refs = RemoteLab.refs(origin, directory.resolve("a").toString());
        assertEquals(refs, RemoteLab.refs(here, "all.bundle"));
        assertEquals(refs.size(), verified.out().lines().count());
        CommandLine clone = lab.clone("all.bundle", "b");
        assertEquals("1,2", RemoteLab.rows(clone, "main"));
        assertEquals("1", RemoteLab.rows(clone, "origin/other"));
        assertEquals("1", RemoteLab.rows(clone, "v1"));
        assertTrue(clone.ok("tag", "--json").contains("the first"));
        clone.ok("fsck", "--full");
        Map<String, Integer> there = Repositories.timelines(origin.repository());
        Map<String, Integer> copied = Repositories.timelines(clone.repository());
        // The clone's main is a fork of its own.
        copied.keySet().retainAll(there.keySet());
        assertFalse(copied.isEmpty());
        copied.forEach((name, checksum) -> assertEquals(there.get(name), checksum, name));
        String source = Repositories.open(origin.repository()).refs().list(dev.neon.repo.refs.RefName.Kind.BRANCH)
                .get(dev.neon.repo.refs.RefName.branch("main")).toString();
        assertTrue(there.keySet().stream().filter(name -> source.contains(name.substring(0, 32))).allMatch(copied::containsKey), copied + "\n" + there);
        RemoteLab.write(clone, "main", 3);
        assertEquals("1,2,3", RemoteLab.rows(clone, "main"));
        clone.fails(ExitCode.UNSUPPORTED, "push");
        String json = clone.ok("bundle", "verify", "--json", "../all.bundle");
        assertTrue(json.replace(" ", "").contains("\"ref\":\"refs/tags/v1\""), json);
    }

    /** One after the other, as they are carried from here to there. */
    @Test
    void incremental() {
        origin.ok("bundle", "create", "../first.bundle", "main", "v1");
        CommandLine clone = lab.clone("first.bundle", "b");
        String end = end(origin);
        RemoteLab.write(origin, "main", 3);
        origin.ok("snapshot", "create", "main");
        origin.ok("bundle", "create", "../second.bundle", end + "..main");
        String second = end(origin);
        writeFar(4);
        origin.ok("bundle", "create", "../third.bundle", second + "..main");
        String third = end(origin);
        writeFar(5);
        origin.ok("snapshot", "create", "main");
        String last = end(origin);
        writeFar(6);
        origin.ok("bundle", "create", "../gap.bundle", last + "..main");
        origin.ok("bundle", "create", "../fourth.bundle", third + "..main");
        for (String bundle : List.of("second", "third", "fourth")) {
            here.ok("bundle", "verify", bundle + ".bundle");
        }
        String gap = clone.fails(ExitCode.CONFLICT, "fetch", "../gap.bundle");
        assertTrue(gap.contains("and the other side has its WAL only from ") && gap.contains("Fetch what is between first"), gap);
        for (String bundle : List.of("second", "third", "fourth")) {
            clone.ok("fetch", "../" + bundle + ".bundle");
        }
        assertEquals("1,2,3,4,5,6", RemoteLab.rows(clone, "fourth/main"));
        assertEquals("1,2", RemoteLab.rows(clone, "main"));
        clone.ok("pull", "../fourth.bundle", "main");
        assertEquals("1,2,3,4,5,6", RemoteLab.rows(clone, "main"));
        clone.ok("fsck", "--full");
        assertEquals("", clone.run("fetch", "../fourth.bundle").err());
        // Each has all that its own points are made of, and no older ones.
        CommandLine part = lab.clone("gap.bundle", "c");
        assertEquals("1,2,3,4,5,6", RemoteLab.rows(part, "main"));
        assertEquals("1,2,3,4,5", RemoteLab.rows(part, last));
        assertTrue(part.run("export", "--table", "t", end).code() != 0);
        part.ok("fsck", "--full");
        RemoteLab.write(part, "main", 7);
    }

    /** A row, in a new segment. */
    private void writeFar(int row) {
        origin.ok("start", "main");
        Sql.run(origin, "main", "select pg_switch_wal()", "insert into t values (" + row + ")");
        origin.ok("stop", "main");
    }

    private static String end(CommandLine neon) {
        return neon.ok("rev-parse", "main").lines().findFirst().orElseThrow().replaceFirst("\\s.*", "");
    }

    @Test
    void ranges() {
        RemoteLab.write(origin, "main", 3);
        String empty = origin.fails(ExitCode.INVALID_INPUT, "bundle", "create", "../x.bundle", "main..v1");
        assertTrue(empty.contains("'main..v1' has nothing"), empty);
        origin.ok("bundle", "create", "../x.bundle", "main..main");
        assertEquals("1,2,3", RemoteLab.rows(lab.clone("x.bundle", "x"), "main"));
        // Where the two part.
        RemoteLab.write(origin, "other", 4);
        origin.ok("bundle", "create", "../y.bundle", "other..main", "v1..other");
        CommandLine both = lab.clone("y.bundle", "y");
        assertEquals("1,2,3", RemoteLab.rows(both, "origin/main"));
        assertEquals("1,4", RemoteLab.rows(both, "origin/other"));
        origin.ok("bundle", "create", "../z.bundle", "main@{1 week ago}..main", "..");
        origin.fails(ExitCode.INVALID_INPUT, "bundle", "create", "../w.bundle", "none");
        origin.fails(ExitCode.NOT_FOUND, "bundle", "create", "../w.bundle", "none..main");
        origin.fails(ExitCode.USAGE, "bundle", "create", "../w.bundle");
        origin.fails(ExitCode.USAGE, "bundle", "create", "../w.bundle", "--all", "main");
        assertFalse(Files.exists(file("w.bundle")));
    }

    @Test
    void whereItGoes() throws IOException {
        Files.writeString(file("old"), "something of the user's");
        origin.ok("bundle", "create", "../old", "--all");
        here.ok("bundle", "verify", "old");
        Files.createDirectory(file("empty"));
        origin.fails(ExitCode.ALREADY_EXISTS, "bundle", "create", "../empty", "--all");
        assertTrue(Files.isDirectory(file("empty")));
        String none = origin.fails(ExitCode.STORAGE_FAILED, "bundle", "create", "../none/x.bundle", "--all");
        assertTrue(none.contains("none/x.bundle"), none);
        here.fails(ExitCode.NOT_FOUND, "bundle", "verify", "none.bundle");
        here.fails(ExitCode.NOT_FOUND, "bundle", "verify", "empty");
        assertNoLeftOvers();
    }

    private void assertNoLeftOvers() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            assertEquals(List.of(), entries.filter(path -> path.getFileName().toString().contains(".tmp-")).toList());
        }
    }

    @Test
    void toAFullDisk() throws Exception {
        Path disk = Files.createDirectory(file("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "neon-test", disk.toString()) == 0, "needs the right to mount");
        try {
            Files.writeString(disk.resolve("x.bundle"), "old");
            String message = origin.fails(ExitCode.STORAGE_FAILED, "bundle", "create", disk.resolve("x.bundle").toString(), "--all");
            assertTrue(message.contains("no space left"), message);
            assertEquals("old", Files.readString(disk.resolve("x.bundle")));
            try (Stream<Path> left = Files.list(disk)) {
                assertEquals(1, left.count());
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    @Test
    void whileAServerWrites() throws Exception {
        origin.ok("start", "main");
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 3; !isOver.get(); i++) {
                    Sql.run(origin, "main", "insert into t values (" + i + ")", "insert into t select a from generate_series(-2000, -1) a",
                            "delete from t where a < 0");
                }
            } catch (Throwable failed) {
                failure.set(failed);
            }
        });
        for (int i = 0; i < 5; i++) {
            origin.ok("bundle", "create", "../" + i + ".bundle", i % 2 == 0 ? "--all" : "main@{10 seconds ago}..main");
        }
        isOver.set(true);
        writer.join();
        assertEquals(null, failure.get());
        for (int i = 0; i < 5; i++) {
            here.ok("bundle", "verify", i + ".bundle");
            CommandLine clone = lab.clone(i + ".bundle", "w" + i);
            clone.ok("fsck", "--full");
            List<String> rows = List.of(RemoteLab.rows(clone, "main").split(","));
            List<String> positive = rows.stream().filter(row -> !row.startsWith("-")).toList();
            for (int j = 0; j < positive.size(); j++) {
                assertEquals(Integer.toString(j + 1), positive.get(j));
            }
            assertTrue((rows.size() - positive.size()) % 2000 == 0, rows.size() + " rows");
        }
    }

    @Test
    void ofAnotherCluster() throws IOException {
        CommandLine other = new CommandLine(Files.createDirectory(file("stranger")));
        other.ok("init");
        other.ok("start");
        other.ok("stop");
        other.ok("bundle", "create", "../stranger.bundle", "--all");
        String message = origin.fails(ExitCode.CONFLICT, "fetch", "../stranger.bundle");
        assertTrue(message.contains("are of different clusters"), message);
        // Its own bundle brings nothing, and is no other repository with the same id.
        origin.ok("bundle", "create", "../own.bundle", "--all");
        origin.ok("fetch", "../own.bundle");
        assertEquals("1,2", RemoteLab.rows(origin, "own/main"));
        origin.ok("fsck");
    }

    /** Cut anywhere, a bit flipped anywhere, packets in another order: told, and nothing of it stays. */
    @Test
    void damaged() throws IOException {
        origin.ok("bundle", "create", "../all.bundle", "--all");
        byte[] whole = Files.readAllBytes(file("all.bundle"));
        long seed = Long.getLong("neon.test.seed", System.nanoTime());
        Random random = new Random(seed);
        List<byte[]> damaged = new ArrayList<>();
        List<String> what = new ArrayList<>();
        for (int length : new int[] {0, 1, 16, 17, 18, 22, 100, 2000, whole.length / 2, whole.length - 5, whole.length - 4, whole.length - 1}) {
            damaged.add(Arrays.copyOf(whole, length));
            what.add("cut after " + length);
        }
        for (int i = 0; i < 30; i++) {
            int at = i < 10 ? random.nextInt(4000) : random.nextInt(whole.length);
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            damaged.add(flipped);
            what.add("a bit of byte " + at);
        }
        for (int i = 0; i < 10; i++) {
            damaged.add(reordered(whole, random));
            what.add("two packets changed places");
        }
        damaged.add(Arrays.copyOf(whole, whole.length + 1));
        what.add("more at the end");
        for (int i = 0; i < damaged.size(); i++) {
            Files.write(file("damaged.bundle"), damaged.get(i));
            String case_ = what.get(i) + ", seed " + seed;
            Result verified = here.run("bundle", "verify", "damaged.bundle");
            boolean isTold = verified.code() != 0;
            // A flipped bit in a message of a tag, or in the bundle's own id, nobody can see.
            assertTrue(isTold || what.get(i).startsWith("a bit"), case_);
            Result cloned = here.run("clone", "damaged.bundle", "clone");
            if (cloned.code() == 0) {
                CommandLine clone = new CommandLine(directory.resolve("clone"));
                assertTrue(!isTold || what.get(i).startsWith("a bit") || what.get(i).startsWith("more"), case_ + ": " + verified.err());
                clone.ok("fsck", "--full");
            } else if (Files.isDirectory(file("clone"))) {
                Repositories.requireSound(Repositories.open(file("clone/.neon")));
            }
            if (Files.isDirectory(file("clone"))) {
                RemoteLab.delete(file("clone"));
            }
            assertTrue(verified.code() == 0 || verified.err().matches("(?s)error: [^\n]+[^.\n]\nhint: [^\n]+\n"), case_ + ": " + verified.err());
        }
    }

    /** Two neighbouring packets of the pieces. */
    private static byte[] reordered(byte[] whole, Random random) {
        List<int[]> packets = new ArrayList<>();
        for (int at = 0; at < whole.length; ) {
            int length = Math.max(4, HexFormat.fromHexDigits(new String(whole, at, 4, StandardCharsets.US_ASCII)));
            packets.add(new int[] {at, length});
            at += length;
        }
        int number = packets.size() / 4 + random.nextInt(packets.size() / 2);
        int[] one = packets.get(number);
        int[] two = packets.get(number + 1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(whole, 0, one[0]);
        out.write(whole, two[0], two[1]);
        out.write(whole, one[0], one[1]);
        out.write(whole, two[0] + two[1], whole.length - two[0] - two[1]);
        return out.toByteArray();
    }

    @Test
    void otherVersions() throws IOException {
        origin.ok("bundle", "create", "../all.bundle", "--all");
        byte[] bytes = Files.readAllBytes(file("all.bundle"));
        bytes["0012neon bundle ".length()] = '2';
        Files.write(file("new.bundle"), bytes);
        for (List<String> words : List.of(List.of("bundle", "verify", "new.bundle"), List.of("clone", "new.bundle", "c"), List.of("ls-remote", "new.bundle"))) {
            String message = here.fails(ExitCode.UNSUPPORTED, words.toArray(String[]::new));
            assertTrue(message.contains("no bundle of a version that this release reads"), message);
        }
        Files.writeString(file("text"), "Dear reader, this is no bundle");
        here.fails(ExitCode.CORRUPT, "bundle", "verify", "text");
        String message = here.fails(ExitCode.NOT_A_REPOSITORY, "clone", "text", "c");
        assertTrue(message.contains("is no bundle"), message);
        assertFalse(Files.exists(file("c")));
        // Lines of a later version, that this one may pass over.
        String first = new String(bytes, StandardCharsets.ISO_8859_1).replaceFirst("(?s)0012neon bundle 2\n", "0012neon bundle 1\n000cx-later\n");
        Files.write(file("later.bundle"), first.getBytes(StandardCharsets.ISO_8859_1));
        here.ok("bundle", "verify", "later.bundle");
        here.ok("clone", "later.bundle", "later");
    }

    /** Names and paths in it that lead elsewhere. */
    @Test
    void hostile() throws IOException {
        origin.ok("bundle", "create", "../all.bundle", "--all");
        byte[] whole = Files.readAllBytes(file("all.bundle"));
        for (Map.Entry<String, String> change : Map.of("ref refs/tags/v1\t", "ref refs/../../x\t", "ref refs/branches/main\t", "ref HEAD\t",
                "ref refs/branches/other\t", "ref refs/remotes/o/x\t", " settings/postgresql.conf\n", " ../../../../tmp/x\n",
                " settings/pg_hba.conf\n", " /etc/neon-test\n", "tip ", "tip x").entrySet()) {
            Files.write(file("hostile.bundle"), replaced(whole, change.getKey(), change.getValue()));
            for (List<String> words : List.of(List.of("bundle", "verify", "hostile.bundle"), List.of("clone", "hostile.bundle", "c"))) {
                Result result = here.run(words.toArray(String[]::new));
                assertEquals(ExitCode.CORRUPT.number(), result.code(), change + ": " + result.err());
            }
            if (Files.isDirectory(file("c"))) {
                Repositories.requireSound(Repositories.open(file("c/.neon")));
                RemoteLab.delete(file("c"));
            }
        }
        try (Stream<Path> entries = Files.list(directory)) {
            assertEquals(List.of("a", "all.bundle", "hostile.bundle"), entries.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }

    /** With packets whose lengths are right. */
    private static byte[] replaced(byte[] whole, String old, String other) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean isFound = false;
        for (int at = 0; at < whole.length; ) {
            int length = Math.max(4, HexFormat.fromHexDigits(new String(whole, at, 4, StandardCharsets.US_ASCII)));
            String packet = new String(whole, at, length, StandardCharsets.ISO_8859_1);
            if (!isFound && packet.contains(old)) {
                isFound = true;
                String changed = packet.substring(4).replace(old, other);
                packet = HexFormat.of().toHexDigits((short) (changed.length() + 4)) + changed;
            }
            out.writeBytes(packet.getBytes(StandardCharsets.ISO_8859_1));
            at += length;
        }
        assertTrue(isFound, old);
        return out.toByteArray();
    }
}
