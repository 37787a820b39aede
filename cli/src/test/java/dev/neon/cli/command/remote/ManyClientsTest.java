package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.framework.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many who clone from a server while some push to it, each to a branch of its own and, in each other's way, to a common one. No
 * clone fails, each acknowledged push is there, and all repositories are whole.
 */
class ManyClientsTest {
    private static final String COMMON = "main";

    @TempDir
    Path directory;

    private final AtomicInteger clones = new AtomicInteger();
    private final AtomicInteger pushes = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    /** Rows of each branch on the server that were acknowledged. */
    private final Map<String, Set<Integer>> acknowledged = new ConcurrentHashMap<>();
    private RemoteLab lab;

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void some() throws Exception {
        run(3, 2, Duration.ofSeconds(3));
    }

    @Test
    @Tag("nightly")
    void manyForFiveMinutes() throws Exception {
        run(32, 8, Duration.ofMinutes(5));
    }

    private void run(int cloners, int pushers, Duration time) throws Exception {
        long seed = System.nanoTime();
        System.out.println("ManyClientsTest, seed " + seed);
        lab = new RemoteLab(directory);
        CommandLine origin = lab.origin("origin");
        Path root = Files.createDirectories(directory.resolve("root"));
        origin.ok("clone", "--bare", origin.directory().toString(), root.resolve("hub.neon").toString());
        String token = origin.ok("serve", "token", "create", "--root", root.toString(), "--write", "writer");
        try (ServingNeon server = new ServingNeon(root, "--anonymous-read", "--max-connections", "200")) {
            String url = server.address("hub");
            List<Pusher> all = new ArrayList<>();
            for (int i = 0; i < pushers; i++) {
                all.add(new Pusher(i, url, token));
            }
            Instant end = Instant.now().plus(time);
            try (ExecutorService threads = Executors.newFixedThreadPool(cloners + pushers)) {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < cloners; i++) {
                    Random random = new Random(seed + i);
                    running.add(threads.submit(() -> cloneUntil(end, url, random)));
                }
                all.forEach(pusher -> running.add(threads.submit(() -> pusher.pushUntil(end))));
                try {
                    for (Future<?> each : running) {
                        each.get();
                    }
                } finally {
                    threads.shutdownNow();
                }
            }
            System.out.println(clones + " clones, " + pushes + " pushes, " + refusals + " of them refused");
            check(url, all);
        }
    }

    private Void cloneUntil(Instant end, String url, Random random) throws Exception {
        while (Instant.now().isBefore(end)) {
            Path place = directory.resolve("clone-" + clones.incrementAndGet());
            new CommandLine(directory).ok("clone", url, place.toString());
            CommandLine clone = new CommandLine(place);
            if (random.nextInt(4) == 0) {
                clone.ok("fsck");
                RemoteLab.rows(clone, COMMON);
            }
            RemoteLab.delete(place);
        }
        return null;
    }

    /** What was acknowledged is there, and the server's repository and the clones are whole. */
    private void check(String url, List<Pusher> all) {
        new CommandLine(directory).ok("clone", url, "last");
        CommandLine last = new CommandLine(directory.resolve("last"));
        last.ok("fsck", "--full");
        acknowledged.forEach((branch, rows) -> {
            Set<Integer> there = numbers(RemoteLab.rows(last, "origin/" + branch));
            assertTrue(there.containsAll(rows), () -> branch + " has " + there + " and should have " + rows);
        });
        CommandLine hub = new CommandLine(directory.resolve("root"));
        hub.ok("--repo", directory.resolve("root/hub.neon").toString(), "fsck", "--full");
        all.forEach(pusher -> pusher.neon.ok("fsck"));
        assertTrue(pushes.get() > refusals.get(), pushes + " pushes");
    }

    private static Set<Integer> numbers(String rows) {
        Set<Integer> numbers = new TreeSet<>();
        for (String row : rows.split(",")) {
            if (!row.isEmpty()) {
                numbers.add(Integer.parseInt(row));
            }
        }
        return numbers;
    }

    /** Writes rows on a branch of its own and on the common one, which others move as well. */
    private final class Pusher {
        private final int number;
        private final CommandLine neon;
        private int row;

        Pusher(int number, String url, String token) {
            this.number = number;
            new CommandLine(directory).ok("clone", url, "pusher" + number);
            this.neon = lab.user("pusher" + number).with("NEON_TOKEN", token);
            neon.ok("branch", "own" + number, COMMON);
        }

        Void pushUntil(Instant end) {
            while (Instant.now().isBefore(end)) {
                push("own" + number);
                push(COMMON);
            }
            return null;
        }

        private void push(String branch) {
            int written = 1000 * (number + 1) + row++;
            RemoteLab.write(neon, branch, written);
            pushes.incrementAndGet();
            Result result = neon.run("push", "origin", branch);
            if (result.code() == 0) {
                acknowledged.computeIfAbsent(branch, _ -> ConcurrentHashMap.newKeySet()).add(written);
                return;
            }
            assertEquals(ExitCode.NEGATIVE.number(), result.code(), result.err());
            assertEquals(COMMON, branch, result.err());
            refusals.incrementAndGet();
            // Gives its own row up, and goes on from what is there.
            neon.ok("fetch");
            neon.ok("branch", "-f", COMMON, "origin/" + COMMON);
        }
    }
}
