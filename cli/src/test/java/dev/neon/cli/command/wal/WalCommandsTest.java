package dev.neon.cli.command.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code neon wal}, over a branch and a fork of a real server. */
class WalCommandsTest {
    private static final String LINE = "rmgr: \\S+ +len \\(rec/tot\\): +\\d+/ *\\d+, tx: +\\d+, "
            + "lsn: [0-9A-F]+/[0-9A-F]{8}, prev [0-9A-F]+/[0-9A-F]{8}, desc: \\S.*";

    @TempDir
    static Path directory;

    private static CommandLine neon;
    private static String tagged;
    private static String forked;

    @BeforeAll
    static void writeOnTwoBranches() {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("start");
        Sql.run(neon, "main", "CREATE TABLE t (a int PRIMARY KEY, b text)");
        neon.ok("tag", "v1");
        tagged = neon.ok("rev-parse", "--lsn", "v1");
        Sql.run(neon, "main", "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 500) i");
        neon.ok("branch", "heikki");
        forked = neon.ok("rev-parse", "--lsn", "heikki");
        neon.ok("start", "heikki");
        Sql.run(neon, "heikki", "UPDATE t SET b = 'y'");
        Sql.run(neon, "main", "DELETE FROM t WHERE a < 100");
        neon.ok("stop", "--all");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    private static List<String> dump(String... words) {
        String[] all = Stream.concat(Stream.of("wal", "dump"), Stream.of(words)).toArray(String[]::new);
        return neon.ok(all).lines().toList();
    }

    private static List<String> together(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Segments of a timeline's own. */
    private static List<Path> segments(String branch) throws IOException {
        String timeline = neon.ok("rev-parse", "--timeline", branch);
        try (Stream<Path> files = Files.list(neon.repository().resolve("timelines/" + timeline + "/wal"))) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}")).sorted().toList();
        }
    }

    @Test
    void rangesAreGits() {
        List<String> main = dump("main");
        assertTrue(main.stream().allMatch(line -> line.matches(LINE)), () -> main.stream()
                .filter(line -> !line.matches(LINE)).findFirst().orElseThrow());
        assertEquals(main, dump());
        assertEquals(main, together(dump("v1"), dump("v1..main")));
        assertEquals(main, together(dump("heikki^"), dump("heikki..main")));
        assertEquals(dump("heikki"), together(dump("main@" + forked), dump("main..heikki")));
        assertEquals(dump("main..heikki"), dump("heikki^..heikki"));
        assertEquals(dump("main..heikki"), dump("..heikki"));
        assertEquals(dump("v1..main"), dump("v1.."));
        assertEquals(dump("main..heikki"), dump("..heikki"));
        assertEquals("", neon.ok("wal", "dump", "..v1"), "main has all of it, as for neon log");
        assertEquals("", neon.ok("wal", "dump", "main..v1"));
        assertEquals(dump("v1..heikki^"), dump("v1..main@" + forked));
        assertEquals(dump("v1..heikki^"), dump(tagged + ".." + forked));
        assertEquals(dump("v1..heikki^"), dump("v1.." + forked));
        assertEquals(dump("v1..heikki^"), dump("--start", tagged, "--end", forked));
        assertEquals(List.of(), dump("main..main"));
    }

    @Test
    void aPositionInsideARecordGoesToTheNext() {
        List<String> lines = dump("v1..main");
        long first = Long.parseLong(tagged.split("/")[1], 16);
        Result inside = neon.run("wal", "dump", "main@0/" + Long.toHexString(first + 9) + "..main");
        assertEquals(lines.subList(1, lines.size()), inside.out().lines().toList());
        assertTrue(inside.err().matches("first record is after 0/[0-9A-F]+, at 0/[0-9A-F]+, skipping over \\d+ bytes\n"),
                inside.err());
        assertEquals("", neon.run("-q", "wal", "stats", "0/" + Long.toHexString(first + 9) + "..").err());
    }

    @Test
    void filters() {
        List<String> all = dump("v1..main");
        List<String> heap = dump("v1..main", "--rmgr", "heap");
        assertEquals(all.stream().filter(line -> line.startsWith("rmgr: Heap  ")).toList(), heap);
        assertEquals(all.stream().filter(line -> line.startsWith("rmgr: Heap  ") || line.startsWith("rmgr: Btree")).toList(),
                dump("v1..main", "-r", "Heap", "-r", "Btree"));
        String insert = heap.stream().filter(line -> line.contains("INSERT")).findFirst().orElseThrow();
        String xid = insert.replaceFirst(".*tx: +(\\d+),.*", "$1");
        assertEquals(all.stream().filter(line -> line.contains("tx: " + " ".repeat(10 - xid.length()) + xid + ",")).toList(),
                dump("v1..main", "--xid", xid));
        String relation = insert.replaceFirst(".*: rel (\\S+) .*", "$1");
        assertEquals(all.stream().filter(line -> line.contains("rel " + relation + " ")).toList(),
                dump("v1..main", "--relation", relation));
        assertEquals(all.stream().filter(line -> line.contains("rel " + relation + " blk 1")
                && !line.matches(".*rel " + relation + " blk 1\\d.*")).toList(),
                dump("v1..main", "-R", relation, "-B", "1"));
        assertEquals(all.stream().filter(line -> line.contains(" FPW")).toList(), dump("v1..main", "--fullpage"));
        assertEquals(all.subList(0, 3), dump("v1..main", "--limit", "3"));
        assertEquals("", neon.ok("-q", "wal", "dump", "v1..main"));
        assertEquals(heap.size(), dump("v1..main", "--bkp-details", "-r", "Heap").stream()
                .filter(line -> line.startsWith("rmgr")).count());
        assertTrue(neon.ok("wal", "dump", "--rmgr", "list").lines().toList().contains("Heap2"));
    }

    @Test
    void statsCountWhatIsDumped() {
        List<String> lines = dump("main..heikki");
        for (String by : new String[] {"rmgr", "record", "relation", "database"}) {
            String total = neon.ok("wal", "stats", "main..heikki", "--by", by).lines().toList().getLast();
            assertEquals(Integer.toString(lines.size()), total.split(" +")[1], by);
        }
        assertEquals(Long.toString(lines.stream().filter(line -> line.startsWith("rmgr: Heap  ")).count()),
                neon.ok("wal", "stats", "main..heikki", "--rmgr", "Heap").lines().toList().getLast().split(" +")[1]);
        List<String> sorted = neon.ok("wal", "stats", "--by", "record", "--sort", "count").lines().toList();
        List<Long> counts = sorted.subList(3, sorted.size() - 2).stream()
                .map(line -> Long.parseLong(line.substring(27).strip().split(" ")[0])).toList();
        assertEquals(counts.stream().sorted((a, b) -> Long.compare(b, a)).toList(), counts);
    }

    @Test
    void directoriesAndFilesWithoutARepository(@TempDir Path elsewhere) throws IOException {
        CommandLine there = new CommandLine(elsewhere);
        List<Path> segments = segments("main");
        String wal = segments.getFirst().getParent().toString();
        assertEquals(dump("main"), there.ok("wal", "dump", "--wal-dir", wal).lines().toList());
        assertEquals(dump("v1..main"), there.ok("wal", "dump", "-p", wal, tagged + "..").lines().toList());
        assertEquals(dump("v1..heikki^"), there.ok("wal", "dump", "-p", wal, tagged + ".." + forked).lines().toList());
        String name = segments.getFirst().getFileName().toString();
        List<String> first = there.ok("wal", "dump", "-p", wal, name).lines().toList();
        assertEquals(dump("main").subList(0, first.size()), first);
        assertEquals(first, there.ok("wal", "dump", segments.getFirst().toString()).lines().toList());
        there.fails(ExitCode.NOT_FOUND, "wal", "dump", "-p", elsewhere.toString());
        there.fails(ExitCode.NOT_FOUND, "wal", "stats", "-p", wal, "--timeline", "7");
        there.fails(ExitCode.INVALID_INPUT, "wal", "stats", "-p", wal, "main");
        there.fails(ExitCode.INVALID_INPUT, "wal", "stats", "-p", wal, "0/2000000..0/1000000");
        there.fails(ExitCode.NOT_A_REPOSITORY, "wal", "stats");
        Files.writeString(elsewhere.resolve("000000010000000000000001"), "not WAL, but longer than a page header is");
        there.fails(ExitCode.UNSUPPORTED, "wal", "verify", "-p", elsewhere.toString());
    }

    @Test
    void jsonHasAnObjectALine() throws IOException {
        List<String> lines = dump("v1..main");
        List<String> objects = dump("v1..main", "--json");
        assertEquals(lines.size(), objects.size());
        for (String object : objects) {
            assertEquals(List.of("lsn", "end", "prev", "rmgr", "record", "xid", "length", "imageLength", "origin",
                    "topLevelXid", "description", "problem", "blocks"), fields(object));
        }
        assertEquals(List.of("from", "to", "groups", "total"), fields(neon.ok("wal", "stats", "--json")));
        assertEquals(List.of("timeline", "from", "to", "records", "bytes", "defects"),
                fields(neon.ok("wal", "verify", "--json").replaceFirst("^\\[", "").replaceFirst("]$", "")));
    }

    /** The names of an object's own fields. */
    private static List<String> fields(String object) throws IOException {
        List<String> names = new ArrayList<>();
        int depth = 0;
        try (JsonParser parser = new JsonFactory().createParser(object)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (token == JsonToken.FIELD_NAME && depth == 1) {
                    names.add(parser.currentName());
                }
            }
        }
        return names;
    }

    @Test
    void verifyTellsDamageFromTheEnd(@TempDir Path copies) throws IOException {
        assertTrue(neon.ok("wal", "verify").endsWith("no defect"));
        assertEquals(2, neon.ok("wal", "verify", "--all").lines().filter(line -> line.endsWith("no defect")).count());
        for (Path segment : segments("main")) {
            Files.copy(segment, copies.resolve(segment.getFileName()));
        }
        Path first = copies.resolve(segments("main").getFirst().getFileName());
        byte[] bytes = Files.readAllBytes(first);
        bytes[0x300010] ^= 1;
        Files.write(first, bytes);
        Result damaged = neon.run("wal", "verify", "-p", copies.toString());
        assertEquals(ExitCode.CORRUPT.number(), damaged.code(), damaged.out());
        assertTrue(damaged.out().lines().toList().getLast().endsWith(", 1 defect"), damaged.out());
        assertTrue(damaged.out().contains(first.toString() + ':'), damaged.out());
        for (String command : new String[] {"dump", "stats"}) {
            Result stopped = neon.run("wal", command, "-p", copies.toString());
            assertEquals(ExitCode.CORRUPT.number(), stopped.code(), stopped.err());
            assertNotEquals("", stopped.out(), "what is before the damage is shown");
        }
    }

    @Test
    void followShowsWhatIsWritten() throws Exception {
        neon.ok("start", "main");
        Thread[] follower = new Thread[1];
        CompletableFuture<Result> result = new CompletableFuture<>();
        follower[0] = new Thread(() -> result.complete(
                new CommandLine(directory).run("wal", "dump", "main..", "--follow", "--rmgr", "LogicalMessage")));
        follower[0].start();
        Thread.sleep(1500);
        Sql.run(neon, "main", "SELECT pg_logical_emit_message(true, 'seen', 'by the follower')");
        Thread.sleep(1500);
        follower[0].interrupt();
        assertEquals(0, result.get().code(), result.get().err());
        assertTrue(result.get().out().contains("prefix \"seen\""), result.get().out());
        neon.ok("stop", "main");
    }

    @Test
    void whatUsersTypeWrong() {
        assertTrue(neon.fails(ExitCode.USAGE, "wal", "dump", "--rmgr", "Haep").contains("Did you mean 'Heap"));
        neon.fails(ExitCode.USAGE, "wal", "dump", "--rmgr", "custom12");
        for (String relation : new String[] {"1663/5", "a/b/c", "0/5/16384", "1663/5/0", "1/2/99999999999"}) {
            assertTrue(neon.fails(ExitCode.USAGE, "wal", "dump", "--relation", relation).contains("1663/5/16384"));
        }
        neon.fails(ExitCode.USAGE, "wal", "dump", "--block", "3");
        neon.fails(ExitCode.USAGE, "wal", "dump", "--fork", "toast");
        neon.fails(ExitCode.USAGE, "wal", "dump", "--xid", "0");
        neon.fails(ExitCode.USAGE, "wal", "dump", "--xid", "-1");
        neon.fails(ExitCode.USAGE, "wal", "dump", "--json", "--bkp-details");
        neon.fails(ExitCode.USAGE, "wal", "dump", "v1..heikki^", "--follow");
        neon.fails(ExitCode.USAGE, "wal", "dump", "--timeline", "1");
        neon.fails(ExitCode.USAGE, "wal", "verify", "--all", "main");
        neon.fails(ExitCode.INVALID_INPUT, "wal", "dump", "v1...main");
        neon.fails(ExitCode.INVALID_INPUT, "wal", "dump", "..");
        neon.fails(ExitCode.INVALID_INPUT, "wal", "dump", "--start", "zz");
        assertTrue(neon.fails(ExitCode.INVALID_INPUT, "wal", "dump", forked + ".." + tagged).contains("is reversed"));
        neon.fails(ExitCode.INVALID_INPUT, "wal", "stats", "--start", forked, "--end", tagged);
        assertTrue(neon.fails(ExitCode.NOT_FOUND, "wal", "stats", "mian").contains("Did you mean 'main'?"));
        neon.fails(ExitCode.NOT_FOUND, "wal", "dump", "main@F/0..main");
    }
}
