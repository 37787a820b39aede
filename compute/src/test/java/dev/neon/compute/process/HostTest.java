package dev.neon.compute.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HostTest {
    private static final long NO_PROCESS = (1L << 31) - 2;
    private final Host host = Host.current();

    @TempDir
    Path temp;

    @Test
    void tellsAProcessFromTheNextWithItsPid() throws Exception {
        Process one = new ProcessBuilder("sleep", "60").start();
        String first = host.incarnation(one.pid()).orElseThrow();
        assertEquals(first, host.incarnation(one.pid()).orElseThrow());
        assertTrue(host.isAlive(one.pid()));
        assertNotEquals(first, host.incarnation(ProcessHandle.current().pid()).orElseThrow());

        one.destroyForcibly().waitFor();

        assertFalse(host.isAlive(one.pid()));
        assertEquals(Optional.empty(), host.incarnation(one.pid()));
        assertEquals(Optional.empty(), host.title(one.pid()));
        assertFalse(host.isAlive(NO_PROCESS));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessNobodyWaitedForIsGone() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0.3 & echo $!; exec sleep 60").start();
        try {
            long zombie = Long.parseLong(parent.inputReader().readLine());
            awaitState(zombie, "Z");

            assertFalse(host.isAlive(zombie));
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void findsProcessesByTheirWorkingDirectoryEvenWhenItIsGone() throws Exception {
        Path directory = Files.createDirectory(temp.resolve("data"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp);
        Process process = new ProcessBuilder("sleep", "60").directory(directory.toFile()).start();
        try {
            assertEquals(List.of(process.pid()), host.processesIn(directory));
            assertEquals(List.of(process.pid()), host.processesIn(link.resolve("data")));
            assertEquals(List.of(), host.processesIn(temp));

            Files.delete(directory);

            assertEquals(List.of(process.pid()), host.processesIn(directory));
            assertEquals(List.of(process.pid()), host.processesIn(link.resolve("data")));
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertEquals(List.of(), host.processesIn(directory));
    }

    @Test
    void readsWhatProcessesCallThemselves() throws Exception {
        Process process = new ProcessBuilder("sleep", "61").start();
        try {
            assertTrue(host.title(process.pid()).orElseThrow().endsWith("sleep 61"));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void sendsSignals() throws Exception {
        // A build that a script runs in the background ignores INT and QUIT, and a shell cannot trap what it ignores.
        Process process = new ProcessBuilder("sh", "-c",
                "trap 'echo terminated; exit 5' TERM; echo set; sleep 60 & wait").start();
        assertEquals("set", process.inputReader().readLine());

        assertTrue(host.signal(process.pid(), Host.Signal.TERM));

        assertEquals("terminated", process.inputReader().readLine());
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        assertEquals(5, process.waitFor());
        assertFalse(host.signal(process.pid(), Host.Signal.KILL));
    }

    @Test
    void aNameWithParenthesesDoesNotShiftTheFields() throws IOException {
        Path process = Files.createDirectories(temp.resolve("7"));
        Files.writeString(process.resolve("stat"),
                "7 (a) S (b)) S 1 7 7 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0 0\n");
        Files.writeString(Files.createDirectories(temp.resolve("sys/kernel/random")).resolve("boot_id"), "b00t\n");
        Files.writeString(process.resolve("cmdline"), "postgres: startup recovering 0000000100000000000000A5\0\0\0");
        Host made = new LinuxHost(temp);

        assertEquals(Optional.of("4711@b00t"), made.incarnation(7));
        assertEquals(Optional.of("postgres: startup recovering 0000000100000000000000A5"), made.title(7));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryIsOfAProcessAndItsDescendants() throws Exception {
        long block = 20 << 20;
        // A grandchild that holds one string of that size.
        Process process = new ProcessBuilder("sh", "-c", "sh -c 'held=$(head -c " + block + " /dev/zero | tr \"\\\\0\" x); echo held; read end; echo $held >/dev/null'; true").start();
        try {
            assertEquals("held", process.inputReader().readLine());
            Map<Long, Long> held = host.memory(List.of(process.pid(), NO_PROCESS)).orElseThrow();
            assertEquals(Set.of(process.pid()), held.keySet());
            long grandchild = process.children().findFirst().orElseThrow().pid();
            assertTrue(held.get(process.pid()) > block && held.get(process.pid()) < 10 * block, held::toString);
            assertTrue(held.get(process.pid()) > host.memory(List.of(grandchild)).orElseThrow().get(grandchild), held::toString);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        assertEquals(Optional.of(Map.of()), host.memory(List.of(process.pid())));
    }

    @Test
    void whatProcessesShareCountsOnce() throws IOException {
        process(7, 1, "smaps_rollup", "Rss: 9000 kB\nPss: 100 kB\nPss_Anon: 50 kB\nShared_Hugetlb: 2048 kB\nPrivate_Hugetlb: 0 kB\n");
        process(8, 7, "smaps_rollup", "Pss: 50 kB\nShared_Hugetlb: 2048 kB\nPrivate_Hugetlb: 4096 kB\n");
        process(9, 8, "smaps_rollup", "");
        // Hidden from us: 10 pages, of which 4 are shared, and 7 with 5.
        process(20, 1, "statm", "100 10 4 1 0 3 0\n");
        process(21, 20, "statm", "100 7 5 1 0 3 0\n");

        assertEquals(Optional.of(Map.of(7L, (100 + 50 + 2048 + 4096) * 1024L, 20L, (6 + 2 + 5) * 4096L)),
                new LinuxHost(temp).memory(List.of(7L, 20L, 4711L)));
        assertEquals(Optional.empty(), new PortableHost().memory(List.of(7L)));
    }

    private void process(long pid, long parent, String file, String text) throws IOException {
        Path process = Files.createDirectories(temp.resolve(Long.toString(pid)));
        Files.writeString(process.resolve("stat"), pid + " (postgres) S " + parent + " 7 7 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0 0\n");
        Files.writeString(process.resolve(file), text);
    }

    @Test
    void elsewhereJavaTells() {
        Host portable = new PortableHost();
        long self = ProcessHandle.current().pid();

        assertEquals(host.isRoot(), portable.isRoot());
        assertTrue(portable.isAlive(self));
        assertFalse(portable.isAlive(NO_PROCESS));
        assertTrue(portable.incarnation(self).isPresent());
    }

    @Test
    void endsAChildOfItsParentAlone() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; wait $!; echo $?").start();
        try {
            long child = Long.parseLong(parent.inputReader().readLine());
            assertFalse(host.endChild(ProcessHandle.current().pid(), child));
            assertFalse(host.endChild(parent.pid(), NO_PROCESS));
            assertTrue(host.isAlive(child));
            assertTrue(host.endChild(parent.pid(), child));
            assertEquals("143", parent.inputReader().readLine(), "128 and SIGTERM");
            assertFalse(host.endChild(parent.pid(), child));
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    private static void awaitState(long pid, String state) throws Exception {
        Path stat = Path.of("/proc/" + pid + "/stat");
        for (int i = 0; i < 500 && !Files.readString(stat).contains(") " + state + " "); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
