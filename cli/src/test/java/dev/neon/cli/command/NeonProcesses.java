package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.cli.Main;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.process.Host;
import dev.neon.compute.process.TestJvm;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands in processes of their own, all in one directory, some of which are killed. Closing it ends those that run. */
final class NeonProcesses implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    final AtomicInteger commands = new AtomicInteger();
    final AtomicInteger kills = new AtomicInteger();
    /** Those of the kills that met a process while it held a lock. */
    final AtomicInteger killsOfHolders = new AtomicInteger();

    private final Path directory;
    private final List<String> prefix;
    private final Set<Process> processes = ConcurrentHashMap.newKeySet();

    NeonProcesses(Path directory) {
        this(directory, List.of());
    }

    /** @param prefix a program that runs the command line that follows its own, in another way */
    NeonProcesses(Path directory, List<String> prefix) {
        this.directory = directory;
        this.prefix = prefix;
    }

    /** When a command is killed, if it has not ended by then. */
    sealed interface Kill {
        record Never() implements Kill {}

        record AfterItsStart(Duration time) implements Kill {}

        /** Not killed, but asked to end, as Ctrl-C does; it says itself how it has ended. */
        record Interrupt(Duration afterItsStart) implements Kill {}

        /** @param lock a file in the repository that names the command's process then */
        record AfterItHas(String lock, Duration time) implements Kill {}
    }

    /** How a command ended, with all that it printed; {@code code} is that of a signal if it was killed. */
    record Outcome(boolean isKilled, int code, String text) {
        boolean isDone() {
            return !isKilled && code == 0;
        }
    }

    /** Runs a command until it ends. */
    Outcome run(Kill kill, String... words) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "command", ".out");
        Process process = start(output, words);
        processes.add(process);
        commands.incrementAndGet();
        boolean isKilled = kill(process, kill);
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(String.join(" ", words) + " does not end: " + threads(process) + others(process));
        }
        processes.remove(process);
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        return new Outcome(isKilled, process.exitValue(), text);
    }

    private Process start(Path output, String... words) throws IOException {
        List<String> line = new ArrayList<>(TestJvm.command(System.getProperty("java.class.path"), Main.class, words));
        line.addAll(1, List.of("--enable-native-access=ALL-UNNAMED",
                "-Dneon.home=" + TestPostgres.jars().getParent().getParent()));
        line.addAll(0, prefix);
        ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("NEON_CACHE_DIR", TestPostgres.cache().toString());
        builder.environment().put("USER", "tester");
        return builder.start();
    }

    private boolean kill(Process process, Kill kill) throws InterruptedException {
        Duration time = switch (kill) {
            case Kill.Never _ -> LONGEST;
            case Kill.AfterItsStart start -> start.time();
            case Kill.Interrupt interrupt -> interrupt.afterItsStart();
            case Kill.AfterItHas has -> waitForLock(process, directory.resolve(".neon").resolve(has.lock())) ? has.time() : LONGEST;
        };
        if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS) || time.equals(LONGEST)) {
            return false;
        }
        if (kill instanceof Kill.Interrupt) {
            Host.current().signal(process.pid(), isInterruptIgnored() ? Host.Signal.TERM : Host.Signal.INT);
            return false;
        }
        process.destroyForcibly();
        kills.incrementAndGet();
        if (kill instanceof Kill.AfterItHas) {
            killsOfHolders.incrementAndGet();
        }
        return true;
    }

    /** A shell has what it starts in the background ignore Ctrl-C, and so does what that starts. */
    private static boolean isInterruptIgnored() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16) & 1 << 1) != 0);
        } catch (IOException unknown) {
            return false;
        }
    }

    /** False if the process ends, or has done nothing for long, and has not been seen to hold the lock. */
    private static boolean waitForLock(Process process, Path lock) throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            if (holds(process, lock)) {
                return true;
            }
            Thread.sleep(1);
        }
        return false;
    }

    private static boolean holds(Process process, Path lock) {
        try {
            return ProcessIdentity.parse(Files.readString(lock)).filter(owner -> owner.pid() == process.pid()).isPresent();
        } catch (IOException nobody) {
            return false;
        }
    }

    /** What a process is waiting for. */
    private static String threads(Process process) throws IOException {
        Process dump = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                String.valueOf(process.pid())).redirectErrorStream(true).start();
        return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** What the others do meanwhile, one of which may have what the process waits for, and who holds which lock. */
    private String others(Process waiting) throws IOException {
        StringBuilder told = new StringBuilder("\nLocks:\n");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path lock : files.filter(file -> file.toString().endsWith(".lock")).toList()) {
                told.append(lock).append(": ").append(Files.exists(lock) ? Files.readString(lock).strip() : "gone").append('\n');
            }
        } catch (IOException | UncheckedIOException changed) {
            told.append("others were not read: ").append(changed).append('\n');
        }
        for (Process other : processes) {
            if (!other.equals(waiting)) {
                told.append(other.info().commandLine().map(line -> line.substring(Math.max(0, line.indexOf(Main.class.getName())))).orElse(""))
                        .append(": ").append(ownThreads(threads(other))).append('\n');
            }
        }
        return told.toString();
    }

    /** Those of a dump's threads that are in our code. */
    private static String ownThreads(String dump) {
        return Stream.of(dump.split("\n\n")).filter(thread -> thread.contains("at dev.neon.")).collect(Collectors.joining("\n\n"));
    }

    /** No process of neon or PostgreSQL works in the directory any more, and nobody who is alive holds a lock in it. */
    void requireNothingLeft() throws IOException {
        assertEquals(List.of(), strangers());
        ProcessIdentity self = ProcessIdentity.current();
        try (Stream<Path> files = Files.walk(directory)) {
            assertEquals(List.of(), files.filter(file -> file.toString().endsWith(".lock"))
                    .filter(file -> LockFile.isHeld(file, self)).toList());
        }
    }

    /** Processes that have the directory in their command line, as PostgreSQL does, or work in it, as neon and all of PostgreSQL's do. */
    private List<String> strangers() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.filter(each -> each.getFileName().toString().matches("\\d+")).toList()) {
                try {
                    String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1).replace('\0', ' ');
                    if (line.contains(directory.toString()) || Files.readSymbolicLink(process.resolve("cwd")).startsWith(directory)) {
                        found.add(process.getFileName() + " " + line);
                    }
                } catch (IOException goneOrNotOurs) {
                    continue;
                }
            }
        }
        return found;
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
