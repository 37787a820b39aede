package dev.neon.compute.binaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.process.TestJvm;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryCacheTest {
    @TempDir
    Path temp;

    private Path root;
    private DirectoryCache cache;
    private final AtomicInteger made = new AtomicInteger();

    @BeforeEach
    void open() {
        root = temp.resolve("cache");
        cache = new DirectoryCache(root);
    }

    @Test
    void makesOnce() throws IOException {
        assertEquals(Optional.empty(), cache.find("a"));

        Path first = cache.obtain("a", this::fill);
        Path second = cache.obtain("a", this::fill);

        assertEquals(root.resolve("a"), first);
        assertEquals(first, second);
        assertEquals(1, made.get());
        assertEquals(List.of("a"), cache.names());
        assertEquals(Set.of("a", "lock"), entries());
    }

    @Test
    void makesAnewWhatIsNotWhole() throws IOException {
        List<Damage> damages = List.of(
                directory -> Files.delete(directory.resolve("sub/two")),
                directory -> Files.delete(directory.resolve(".complete")),
                directory -> Files.write(directory.resolve(".complete"), new byte[0]),
                directory -> Files.writeString(directory.resolve("one"), "o"),
                directory -> Files.writeString(directory.resolve("sub/three"), ""));
        for (Damage damage : damages) {
            damage.to(cache.obtain("a", this::fill));
            assertEquals(Optional.empty(), cache.find("a"));

            Path repaired = cache.obtain("a", this::fill);

            assertEquals("2", Files.readString(repaired.resolve("sub/two")));
            assertEquals("one", Files.readString(repaired.resolve("one")));
            assertEquals(Set.of("a", "lock"), entries());
        }
        assertEquals(1 + damages.size(), made.get());
    }

    @Test
    void aMakerThatFailsLeavesNothing() throws IOException {
        var failed = assertThrows(StorageFailedException.class, () -> cache.obtain("a", directory -> {
            fill(directory);
            throw new IOException("No space left on device");
        }));

        assertTrue(failed.getMessage().contains("no space left"), failed.getMessage());
        assertEquals(Set.of("lock"), entries());
        assertEquals(root.resolve("a"), cache.obtain("a", this::fill));
    }

    @Test
    void aWholeOneIsNotReplaced() throws IOException {
        Path kept = cache.obtain("a", this::fill);
        Object before = Files.readAttributes(kept, BasicFileAttributes.class).fileKey();

        assertEquals(kept, cache.add(this::fill));

        assertEquals(before, Files.readAttributes(kept, BasicFileAttributes.class).fileKey());
        assertEquals(2, made.get());
        assertEquals(Set.of("a", "lock"), entries());
    }

    @Test
    void threadsMakeItOnce() throws Exception {
        List<Callable<Path>> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            tasks.add(() -> new DirectoryCache(root).obtain("a", this::fill));
        }
        try (var threads = Executors.newFixedThreadPool(16)) {
            for (var result : threads.invokeAll(tasks)) {
                assertEquals(root.resolve("a"), result.get());
            }
        }
        assertEquals(1, made.get());
    }

    @Test
    void processesMakeItOnce() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(TestJvm.start(Making.class, root.toString(), "slow"));
        }
        List<String> printed = new ArrayList<>();
        for (Process process : processes) {
            printed.addAll(process.inputReader().lines().toList());
            assertEquals(0, process.waitFor());
        }
        assertEquals(List.of("making"), printed);
        assertTrue(cache.find("a").isPresent());
    }

    @Test
    void aKilledMakerIsSweptUp() throws Exception {
        Process process = TestJvm.start(Making.class, root.toString(), "hang");
        assertEquals("making", process.inputReader().readLine());
        assertTrue(entries().stream().anyMatch(name -> name.startsWith("incoming-")), entries().toString());
        assertEquals(Optional.empty(), cache.find("a"));
        process.destroyForcibly().waitFor();

        cache.obtain("a", this::fill);

        assertEquals(Set.of("a", "lock"), entries());
        assertEquals(1, made.get());
    }

    /** Makes directory "a" in another process. */
    static final class Making {
        public static void main(String[] arguments) {
            new DirectoryCache(Path.of(arguments[0])).obtain("a", directory -> {
                Files.writeString(directory.resolve("one"), "one");
                System.out.println("making");
                try {
                    TimeUnit.MILLISECONDS.sleep(arguments[1].equals("hang") ? 60_000 : 300);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return "a";
            });
        }
    }

    private interface Damage {
        void to(Path directory) throws IOException;
    }

    private String fill(Path directory) throws IOException {
        made.incrementAndGet();
        Files.writeString(directory.resolve("one"), "one");
        Files.writeString(Files.createDirectory(directory.resolve("sub")).resolve("two"), "2");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("sub"));
        return "a";
    }

    private Set<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
