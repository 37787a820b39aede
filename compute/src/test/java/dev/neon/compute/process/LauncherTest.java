package dev.neon.compute.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.StorageFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    @TempDir
    Path temp;

    @Test
    void appendsToTheLogAndReadsNothing() throws Exception {
        Path log = Files.writeString(temp.resolve("log"), "before\n");

        long pid = Launcher.start(
                List.of("sh", "-c", "echo $$; pwd; echo $COLOUR >&2; cat"), temp, log, Map.of("COLOUR", "blue"));
        for (int i = 0; i < 3000 && Host.current().isAlive(pid); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }

        assertEquals("before\n" + pid + "\n" + temp.toRealPath() + "\nblue\n", Files.readString(log));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void leadsASessionOfItsOwn() throws Exception {
        long pid = Launcher.start(List.of("sleep", "60"), temp, temp.resolve("log"), Map.of());
        try {
            assertTrue(awaitTitle(pid, "sleep 60"));
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String session = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
            assertEquals(Long.toString(pid), session);
        } finally {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void outlivesTheJvmThatStartedIt() throws Exception {
        Process jvm = TestJvm.start(StartAndLeave.class, temp.toString());
        long pid = Long.parseLong(jvm.inputReader().readLine());
        try {
            assertTrue(jvm.waitFor(30, TimeUnit.SECONDS));
            assertTrue(Host.current().isAlive(pid));
        } finally {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void saysWhatCannotBeStarted() {
        var failed = assertThrows(StorageFailedException.class,
                () -> Launcher.start(List.of("true"), temp, temp.resolve("missing/log"), Map.of()));

        assertTrue(failed.getMessage().startsWith("unable to start 'true'"), failed.getMessage());
    }

    static final class StartAndLeave {
        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            System.out.println(
                    Launcher.start(List.of("sleep", "60"), directory, directory.resolve("log"), Map.of()));
        }
    }

    private static boolean awaitTitle(long pid, String title) throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            if (Host.current().title(pid).filter(title::equals).isPresent()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return false;
    }
}
