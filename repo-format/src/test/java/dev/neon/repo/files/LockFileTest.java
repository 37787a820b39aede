package dev.neon.repo.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.BusyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {
    private static final ProcessIdentity SELF = ProcessIdentity.current();

    @TempDir Path directory;
    private final DurableFiles files = new DurableFiles(new NioFileSteps());
    private Path target;
    private Path lock;

    @BeforeEach
    void names() {
        target = directory.resolve("refs");
        lock = directory.resolve("refs.lock");
    }

    private LockFile acquire(Duration wait) {
        return LockFile.acquire(files, target, SELF, wait);
    }

    /** A process that has run and is gone. */
    private static ProcessIdentity dead() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return new ProcessIdentity(SELF.host(), process.pid(), SELF.startTicks(), SELF.boot(), SELF.namespace());
    }

    @Test
    void namesItsOwnerAndGoesAway() throws IOException {
        try (LockFile held = acquire(Duration.ZERO)) {
            assertEquals(lock, held.file());
            assertEquals(Optional.of(SELF), ProcessIdentity.parse(Files.readString(lock)));
        }
        assertTrue(Files.notExists(lock));
    }

    @Test
    void aLiveOwnerIsNamed() {
        try (LockFile _ = acquire(Duration.ZERO)) {
            BusyException busy = assertThrows(BusyException.class, () -> acquire(Duration.ofMillis(50)));
            assertTrue(busy.getMessage().contains("process " + SELF.pid()), busy.getMessage());
            assertTrue(busy.getMessage().contains(lock.toString()), busy.getMessage());
        }
    }

    @Test
    void aDeadOwnerLosesIt() throws Exception {
        Files.writeString(lock, dead().toLine());
        acquire(Duration.ZERO).close();
    }

    @Test
    void aLaterProcessWithTheSamePidIsNotTheOwner() throws IOException {
        Files.writeString(lock, new ProcessIdentity(
                SELF.host(), SELF.pid(), SELF.startTicks() - 1, SELF.boot(), SELF.namespace()).toLine());
        acquire(Duration.ZERO).close();
    }

    @Test
    void anOwnerBeforeTheLastBootLosesIt() throws IOException {
        Files.writeString(lock, new ProcessIdentity(
                SELF.host(), SELF.pid(), SELF.startTicks(), "another-boot", SELF.namespace()).toLine());
        acquire(Duration.ZERO).close();
    }

    @Test
    void whoCannotBeSeenKeepsIt() throws Exception {
        ProcessIdentity dead = dead();
        Files.writeString(lock, new ProcessIdentity(
                "elsewhere", dead.pid(), dead.startTicks(), dead.boot(), dead.namespace()).toLine());
        assertThrows(BusyException.class, () -> acquire(Duration.ZERO));
        Files.writeString(lock, new ProcessIdentity(
                dead.host(), dead.pid(), dead.startTicks(), dead.boot(), "pid:[1]").toLine());
        assertThrows(BusyException.class, () -> acquire(Duration.ZERO));
    }

    @Test
    void aPartOfALineCountsAsLiveForAWhile() throws IOException {
        Files.writeString(lock, "12");
        assertThrows(BusyException.class, () -> acquire(Duration.ZERO));
        Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minusSeconds(LockFile.GRACE_SECONDS + 1)));
        acquire(Duration.ZERO).close();
    }

    @Test
    void ofManyWhoFindADeadOwnerOneAtATimeGetsIt() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int round = 0; round < 20; round++) {
                Files.writeString(lock, dead().toLine());
                List<Callable<Void>> stealers = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    stealers.add(() -> {
                        try (LockFile _ = acquire(Duration.ofSeconds(20))) {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            Thread.sleep(1);
                            inside.decrementAndGet();
                        }
                        return null;
                    });
                }
                for (Future<Void> done : threads.invokeAll(stealers)) {
                    done.get();
                }
            }
        }
        assertEquals(1, most.get());
    }
}
