package dev.neon.repo.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that die with the lock in their hands, while others wait for it. */
@Tag("nightly")
class LockFileProcessesTest {
    private static final int ROUNDS = 5;
    private static final int PROCESSES = 8;

    /** Takes the lock, is alone inside, and dies: without closing if the second argument is {@code die}. */
    static final class Child {
        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            LockFile lock = LockFile.acquire(new DurableFiles(new NioFileSteps()), directory.resolve("target"),
                    ProcessIdentity.current(), Duration.ofSeconds(60));
            Path inside = Files.createFile(directory.resolve("inside"));
            Thread.sleep(5);
            Files.delete(inside);
            if (arguments[1].equals("die")) {
                Runtime.getRuntime().halt(0);
            }
            lock.close();
        }
    }

    @Test
    void eachGetsItAloneAlthoughOthersDieWithIt(@TempDir Path directory) throws IOException, InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            List<Process> processes = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Child.class.getName(),
                        directory.toString(), i % 2 == 0 ? "die" : "close").inheritIO().start());
            }
            for (Process process : processes) {
                try {
                    assertTrue(process.waitFor(90, TimeUnit.SECONDS), "a process waits for ever");
                    assertEquals(0, process.exitValue());
                } finally {
                    process.destroyForcibly();
                }
            }
        }
    }
}
