package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.command.Sql;
import dev.neon.cli.command.remote.PipedRemote.Line;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Fetch;
import dev.neon.sync.Push;
import dev.neon.sync.Remote;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are cut anywhere: the next try brings the rest, and nothing twice. */
class ResumeTest {
    private static final int CHUNK = 1 << 20;
    /** What besides pieces is said in a try: refs, the inventory, headers of pieces, small files that are always fetched again. */
    private static final int TALK = 200_000;
    private static final RefName MAIN = RefName.branch("main");

    @TempDir
    Path directory;

    private Repository source;

    @Test
    void aFewCuts() {
        run(6, 6);
    }

    @Test
    @Tag("nightly")
    void aHundredCuts() {
        run(40, 100);
    }

    @Test
    @Tag("nightly")
    void oneGigabyte() {
        run(1024, 50);
    }

    private void run(int megabytes, int cuts) {
        long seed = Long.getLong("neon.test.seed", System.nanoTime());
        System.out.println("ResumeTest, seed " + seed);
        Random random = new Random(seed);
        CommandLine neon = new CommandLine(directory.resolve("a"));
        directory.resolve("a").toFile().mkdir();
        try (neon) {
            neon.ok("init");
            neon.ok("start");
            Sql.run(neon, "main", "create table t(a int, b text)");
            for (int i = 0; i < megabytes; i++) {
                // What cannot be compressed much.
                Sql.run(neon, "main", "insert into t select a, md5(random()::text) || md5(random()::text) from generate_series(1, 8000) a");
                if (i % 400 == 200) {
                    neon.ok("snapshot", "create");
                }
            }
            neon.ok("snapshot", "create");
            neon.ok("stop");
        }
        source = Repositories.open(neon.repository());
        Line whole = Line.whole();
        Map<String, Integer> expected = fetch(directory.resolve("whole"), whole);
        long bytes = whole.bytes();
        long most = 0;
        for (int i = 0; i < cuts; i++) {
            // Some at the very beginning.
            long at = i % 8 >= 6 ? (long) (bytes * Math.pow(random.nextDouble(), 8)) : (long) (bytes * random.nextDouble());
            most = Math.max(most, i % 2 == 0 ? cut("fetch", at, bytes, expected, this::fetch) : cut("push", at, bytes, expected, this::push));
        }
        System.out.println(bytes + " bytes over the line; cut " + cuts + " times, " + most + " at most in both tries");
    }

    private interface Transfer {
        /** Returns the files that the receiver has. */
        Map<String, Integer> run(Path receiver, Line line);
    }

    /** @return bytes over the line in both tries */
    private long cut(String what, long at, long bytes, Map<String, Integer> expected, Transfer transfer) {
        Path receiver = directory.resolve("cut");
        Line first = Line.cutAfter(at);
        long both;
        try {
            assertThrows(TransferFailedException.class, () -> transfer.run(receiver, first));
            Repositories.requireSound(Repositories.open(receiver));
            Line second = Line.whole();
            assertEquals(expected, transfer.run(receiver, second));
            both = first.bytes() + second.bytes();
            assertTrue(both <= bytes + CHUNK + TALK, both + " bytes in both tries, of " + bytes);
            Repositories.requireSound(Repositories.open(receiver));
            assertTrue(Files.notExists(receiver.resolve("incoming")) || receiver.resolve("incoming").toFile().list().length == 0);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(what + " cut after " + at + " bytes of " + bytes + ": " + failure.getMessage(), failure);
        }
        RemoteLab.delete(receiver);
        return both;
    }

    private static Repository receiver(Path directory) {
        return Files.exists(directory) ? Repositories.open(directory) : Repositories.create(directory);
    }

    private Map<String, Integer> fetch(Path directory, Line line) {
        Repository receiver = receiver(directory);
        try (Remote remote = PipedRemote.open("source", source, line)) {
            Repositories.fetch(receiver).run(remote, "origin", Fetch.Request.ALL);
        }
        return timelines(directory);
    }

    private Map<String, Integer> push(Path directory, Line line) {
        Repository receiver = receiver(directory);
        try (Remote remote = PipedRemote.open("receiver", receiver, line)) {
            Push.Wish wish = new Push.Wish(source.refs().read(MAIN), MAIN, false, Optional.empty());
            Push.Result result = new Push(source, Repositories.wal(source)).run(remote, Optional.empty(), List.of(wish), true, false);
            assertEquals(Optional.empty(), result.outcomes().getFirst().refusal());
        }
        return timelines(directory);
    }

    /** Of the pushed timeline, not of the fork that is made of it. */
    private Map<String, Integer> timelines(Path repository) {
        Map<String, Integer> files = Repositories.timelines(repository);
        files.keySet().removeIf(name -> !name.startsWith(source.timelines().list().getFirst().hex()));
        return files;
    }
}
