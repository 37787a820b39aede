package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.command.NeonProcesses.Kill;
import dev.neon.cli.command.RandomCommands.Named;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes of neon that do random things to one repository beside {@code neon gc}, and some of which are killed. What was
 * acknowledged is there at the end, each command ends, none fails for a reason that the user could not understand, and
 * none stays.
 */
class ConcurrentCommandsTest {
    @TempDir
    Path directory;

    private final long seed = System.nanoTime();
    private CommandLine neon;
    private NeonProcesses processes;
    private MainWriter main;

    @BeforeEach
    void init() {
        System.out.println("ConcurrentCommandsTest, seed " + seed);
        neon = new CommandLine(directory);
        processes = new NeonProcesses(directory);
        neon.ok("init");
        for (String setting : List.of("gc.reflogExpire 0s", "gc.horizon 0", "gc.auto false", "snapshot.distance 1MB")) {
            neon.ok(("config set " + setting).split(" "));
        }
        neon.ok("start");
        main = new MainWriter(neon);
        // HEAD is moved by all workers, and nothing is asked of the branch that it is on.
        neon.ok("branch", RandomCommands.SHARED);
        neon.ok("switch", RandomCommands.SHARED);
    }

    @AfterEach
    void stopServers() {
        processes.close();
        neon.close();
    }

    @Test
    void aLittle() throws Exception {
        run(3, Duration.ofSeconds(5), 3);
    }

    /** Ten minutes, or {@code -Dneon.test.minutes}. */
    @Test
    @Tag("nightly")
    void manyAtOnce() throws Exception {
        run(8, Duration.ofMinutes(Long.getLong("neon.test.minutes", 10)), 12);
    }

    /** Nobody else has the lock here, so that each collection comes to its work, and most are killed in it. */
    @Test
    @Tag("nightly")
    void collectionsThatAreKilledAtWork() throws Exception {
        Random random = new Random(seed);
        Map<String, Named> tags = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            neon.ok("branch", "dropped", "main");
            neon.ok("start", "dropped");
            Sql.run(neon, "dropped", "insert into t select 0, g, repeat('y', 400) from generate_series(1, 20000) g");
            neon.ok("stop", "dropped");
            neon.ok("branch", "-D", "dropped");
            for (int j = random.nextInt(30); j >= 0; j--) {
                main.write();
            }
            tags.put("v" + i, new Named(neon.ok("rev-parse", "main"), main.acknowledged(), main.begun()));
            neon.ok("tag", "v" + i, tags.get("v" + i).point());
            String[] words = {"gc", "--prune", random.nextBoolean() ? "now" : "2w", "--aggressive"};
            // Making snapshots takes most of the time, and what comes after it is to be met as well.
            processes.run(new Kill.AfterItHas("run/gc.lock", Duration.ofMillis(random.nextInt(random.nextBoolean() ? 300 : 3000))),
                    Arrays.copyOf(words, random.nextBoolean() ? 3 : 4));
            neon.ok("fsck");
        }
        System.out.println(processes.killsOfHolders + " of " + processes.commands + " collections were killed with gc.lock");
        assertEquals(main.acknowledged(), MainWriter.read(neon, "main"));
        neon.ok("stop", "main");
        neon.ok("gc", "--prune", "now");
        assertEquals("nothing to remove", neon.ok("gc", "--prune", "now"));
        neon.ok("fsck", "--full");
        processes.requireNothingLeft();
        tags.forEach(this::checkPages);
        tags.forEach(this::checkRows);
    }

    /** @param samples names to look at with a server at the end */
    private void run(int workers, Duration time, int samples) throws Exception {
        List<RandomCommands> all = work(workers, Instant.now().plus(time));
        Map<String, Named> names = new TreeMap<>();
        all.forEach(worker -> names.putAll(worker.names()));
        System.out.println(processes.commands + " commands, " + processes.kills + " killed, of these " + processes.killsOfHolders
                + " with gc.lock, " + all.stream().mapToInt(RandomCommands::refusals).sum() + " refused, "
                + main.acknowledged() + " transactions, " + names.size() + " names left");
        all.forEach(RandomCommands::checkPoints);
        assertEquals(main.acknowledged(), MainWriter.read(neon, "main"));
        neon.ok("stop", "--all");
        processes.requireNothingLeft();
        neon.ok("gc", "--prune", "now");
        neon.ok("fsck", "--full");
        all.forEach(RandomCommands::checkPoints);
        names.forEach(this::checkPages);
        List<String> sample = new ArrayList<>(names.keySet());
        Collections.shuffle(sample, new Random(seed));
        sample.stream().limit(samples).forEach(each -> checkRows(each, names.get(each)));
        processes.requireNothingLeft();
        assertTrue(processes.commands.get() > workers, processes.commands + " commands");
    }

    private List<RandomCommands> work(int workers, Instant end) throws Exception {
        List<RandomCommands> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(workers + 1)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                RandomCommands worker = new RandomCommands("w" + i, new Random(seed + i), neon, processes, main);
                all.add(worker);
                running.add(threads.submit(() -> worker.workUntil(end)));
            }
            running.add(threads.submit(() -> writeUntil(end)));
            try {
                for (Future<?> each : running) {
                    each.get();
                }
            } finally {
                threads.shutdownNow();
            }
        }
        return all;
    }

    private Void writeUntil(Instant end) throws InterruptedException {
        while (Instant.now().isBefore(end)) {
            main.write();
            Thread.sleep(50);
        }
        return null;
    }

    /** As far as can be seen without a server: the table has the size of what must be in it. */
    private void checkPages(String name, Named named) {
        long pages = MainWriter.pagesAt(neon, name);
        assertTrue(MainWriter.pages(named.atLeast()) <= pages && pages <= MainWriter.pages(named.atMost()),
                () -> name + " has " + pages + " pages: " + named);
    }

    private void checkRows(String name, Named named) {
        String branch = RandomCommands.isBranch(name) ? name : "look";
        if (!branch.equals(name)) {
            neon.ok("branch", branch, name);
        }
        neon.ok("start", branch);
        named.require(MainWriter.read(neon, branch), name);
        neon.ok("stop", branch);
        if (!branch.equals(name)) {
            neon.ok("branch", "-D", branch);
        }
    }
}
