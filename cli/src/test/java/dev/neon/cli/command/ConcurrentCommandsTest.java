package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.Main;
import dev.neon.cli.framework.ExitCode;
import dev.neon.compute.process.TestJvm;
import dev.neon.compute.binaries.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes of neon that do random things to one repository beside {@code neon gc}, and some of which are killed. What was
 * acknowledged is there at the end, each command ends, and none fails for a reason that the user could not understand.
 */
class ConcurrentCommandsTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    /** Another command holds what this one needs, or has just changed it. */
    private static final Set<Integer> IN_THE_WAY = Set.of(ExitCode.BUSY.number(), ExitCode.CONFLICT.number());

    @TempDir
    Path directory;

    private final AtomicInteger commands = new AtomicInteger();
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    /** Rows of main that are certainly there, and all that may be. */
    private final AtomicLong acknowledged = new AtomicLong();
    private final Set<Process> processes = ConcurrentHashMap.newKeySet();
    private CommandLine neon;

    @AfterEach
    void stopServers() {
        processes.forEach(Process::destroyForcibly);
        if (neon != null) {
            neon.close();
        }
    }

    @Test
    void aLittle() throws Exception {
        run(3, Duration.ofSeconds(5));
    }

    @Test
    @Tag("nightly")
    void tenMinutes() throws Exception {
        run(8, Duration.ofMinutes(10));
    }

    private void run(int workers, Duration time) throws Exception {
        long seed = System.nanoTime();
        System.out.println("ConcurrentCommandsTest, seed " + seed);
        neon = new CommandLine(directory);
        neon.ok("init");
        for (String setting : List.of("gc.reflogExpire 0s", "gc.horizon 0", "gc.auto false", "snapshot.distance 1MB")) {
            neon.ok(("config set " + setting).split(" "));
        }
        neon.ok("start");
        Sql.run(neon, "main", "create table t (a int, b text)");
        Instant end = Instant.now().plus(time);
        List<Worker> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(workers + 1)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                Worker worker = new Worker("w" + i, new Random(seed + i));
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
        System.out.println(commands + " commands, " + kills + " killed, " + refusals + " refused, " + acknowledged + " rows, "
                + all.stream().mapToInt(worker -> worker.points.size()).sum() + " names left");
        all.forEach(Worker::check);
        assertEquals(acknowledged.get(), Long.parseLong(Sql.query(neon, "main", "select count(*) from t")));
        neon.ok("stop", "--all");
        neon.ok("gc", "--prune", "now");
        neon.ok("fsck", "--full");
        all.forEach(Worker::check);
        all.getFirst().checkContent();
        assertTrue(commands.get() > workers, commands + " commands");
    }

    private Void writeUntil(Instant end) throws InterruptedException {
        while (Instant.now().isBefore(end)) {
            Sql.run(neon, "main", "insert into t select g, repeat('x', 400) from generate_series(1, 500) g");
            acknowledged.addAndGet(500);
            Thread.sleep(50);
        }
        return null;
    }

    /** How a command ended; {@code code} is that of a signal if it was killed. */
    private record Outcome(boolean isKilled, int code, String text) {
        boolean isDone() {
            return !isKilled && code == 0;
        }
    }

    /** Works on names of its own, on main, and on the repository as a whole. */
    private final class Worker {
        private final String name;
        private final Random random;
        private final Map<String, String> points = new TreeMap<>();
        private int number;

        Worker(String name, Random random) {
            this.name = name;
            this.random = random;
        }

        Void workUntil(Instant end) throws Exception {
            while (Instant.now().isBefore(end)) {
                step();
            }
            return null;
        }

        private void step() throws Exception {
            switch (random.nextInt(17)) {
                case 0, 1, 2 -> create("branch");
                case 3, 4 -> create("tag");
                case 5, 6 -> delete();
                case 7 -> command("lease", "main", "--for", "1s");
                case 8, 9 -> command(Set.of(ExitCode.ALREADY_EXISTS.number()), true, "snapshot", "create", "main");
                case 10, 11 -> command("gc", "--prune", random.nextBoolean() ? "now" : "2w");
                case 12 -> command("gc", "--aggressive");
                case 13 -> startAndStop();
                case 14 -> putBack();
                case 15 -> command(random.nextBoolean() ? "status" : "branch");
                default -> command("gc", "--explain");
            }
        }

        /** What lies on what went later is refused, and what somebody else has put back or deleted is not there. */
        private void putBack() throws Exception {
            List<String> bins = neon.ok("gc", "--list").lines().skip(1).map(line -> line.split(" ")[0]).toList();
            if (!bins.isEmpty()) {
                command(Set.of(ExitCode.CONFLICT.number(), ExitCode.NOT_FOUND.number()), true,
                        "gc", "--restore", bins.get(random.nextInt(bins.size())));
            }
        }

        private void create(String kind) throws Exception {
            String created = name + "-" + kind + "-" + number++;
            String[] words = kind.equals("tag") ? new String[] {"tag", created, "main"} : new String[] {"branch", created, "main"};
            Outcome outcome = command(Set.of(), true, words);
            String point = point(created);
            assertTrue(!outcome.isDone() || !point.isEmpty(), () -> created + " was made and is not there");
            if (!point.isEmpty()) {
                points.put(created, point);
            }
        }

        /** Empty if there is nothing of that name. */
        private String point(String revision) {
            var result = neon.run("rev-parse", revision);
            assertTrue(result.code() == 0 || result.code() == ExitCode.NOT_FOUND.number(), result.err());
            return result.code() == 0 ? result.out().strip() : "";
        }

        private void delete() throws Exception {
            if (points.isEmpty()) {
                return;
            }
            List<String> names = List.copyOf(points.keySet());
            String gone = names.get(random.nextInt(names.size()));
            Outcome outcome = gone.contains("-tag-") ? command(Set.of(), true, "tag", "-d", gone)
                    : command(Set.of(), true, "branch", "-D", gone);
            String point = point(gone);
            assertTrue(!outcome.isDone() || point.isEmpty(), () -> gone + " was deleted and is there");
            if (point.isEmpty()) {
                points.remove(gone);
            }
        }

        /** A server on a branch of its own. What it writes by itself moves the branch's end. */
        private void startAndStop() throws Exception {
            List<String> branches = points.keySet().stream().filter(each -> each.contains("-branch-")).toList();
            if (branches.isEmpty()) {
                return;
            }
            String branch = branches.get(random.nextInt(branches.size()));
            command(Set.of(), true, "start", branch);
            command(Set.of(ExitCode.NEGATIVE.number()), false, "stop", branch);
            points.put(branch, point(branch));
        }

        void check() {
            points.forEach((created, point) -> assertEquals(point, point(created), created));
        }

        /** A server can be had on one of its names, and has no less than was there. */
        void checkContent() {
            points.keySet().stream().filter(each -> each.contains("-branch-")).findFirst().ifPresent(branch -> {
                neon.ok("start", branch);
                assertEquals("0", String.valueOf(Long.parseLong(Sql.query(neon, branch, "select count(*) from t")) % 500));
                neon.ok("stop", branch);
            });
        }

        private Outcome command(String... words) throws Exception {
            return command(Set.of(), true, words);
        }

        private Outcome command(Set<Integer> expected, boolean mayBeKilled, String... words) throws Exception {
            Path output = Files.createTempFile(directory, name, ".out");
            List<String> line = new ArrayList<>(TestJvm.command(System.getProperty("java.class.path"), Main.class, words));
            line.addAll(1, List.of("--enable-native-access=ALL-UNNAMED",
                    "-Dneon.home=" + TestPostgres.jars().getParent().getParent()));
            ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("NEON_CACHE_DIR", TestPostgres.cache().toString());
            builder.environment().put("USER", "tester");
            Process process = builder.start();
            processes.add(process);
            commands.incrementAndGet();
            boolean isKilled = false;
            if (mayBeKilled && random.nextInt(6) == 0) {
                isKilled = !process.waitFor(random.nextInt(1500), TimeUnit.MILLISECONDS);
                if (isKilled) {
                    process.destroyForcibly();
                    kills.incrementAndGet();
                }
            }
            String said = String.join(" ", words);
            if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(said + " does not end: " + threads(process));
            }
            processes.remove(process);
            Outcome outcome = new Outcome(isKilled, process.exitValue(), text(output));
            if (!outcome.isKilled() && outcome.code() != 0) {
                assertTrue(expected.contains(outcome.code()) || IN_THE_WAY.contains(outcome.code()),
                        () -> name + ": " + said + " ended with " + outcome.code() + ": " + outcome.text());
                refusals.incrementAndGet();
            }
            return outcome;
        }

        /** What a process is waiting for. */
        private String threads(Process process) throws Exception {
            Process dump = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                    String.valueOf(process.pid())).redirectErrorStream(true).start();
            return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }

        private String text(Path output) throws IOException {
            String text = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return text;
        }
    }
}
