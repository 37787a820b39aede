package dev.neon.repo.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.TestContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.FormatTooNewException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.CrashRounds;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.FaultyFileSteps;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasesTest {
    private static final TimelineId MAIN = new TimelineId("a".repeat(32));
    private static final Instant NOW = TestContext.NOW;
    private static final Instant LATER = NOW.plusSeconds(3600);
    private static final Lease.Span SPAN = new Lease.Span(MAIN, new Lsn(0x10), Lsn.LAST);

    @TempDir
    Path directory;

    @Test
    void aUsersLeaseHoldsUntilItExpires() {
        Leases leases = leases();
        Lease taken = leases.take("nightly\texport", SPAN, LATER);
        assertEquals("nightly\texport", taken.reason());
        assertEquals("tester", taken.who());
        assertEquals(List.of(taken), leases.list(NOW));
        assertEquals(List.of(taken), leases.list(LATER.minusMillis(1)));
        assertEquals(List.of(), leases.list(LATER));
        assertTrue(Files.exists(file(taken)), "reading removes nothing that a clock may be wrong about");
        leases.removeExpired(LATER.minusMillis(1));
        assertTrue(Files.exists(file(taken)));
        leases.removeExpired(LATER);
        assertFalse(Files.exists(file(taken)));
    }

    @Test
    void aUsersLeaseIsRenewedAndReleased() {
        Leases leases = leases();
        Lease taken = leases.take("", Lease.Span.ofPoint(MAIN, new Lsn(0x20)), LATER);
        Lease renewed = leases.renew(taken.id().substring(0, 7), LATER.plusSeconds(1));
        assertEquals(List.of(renewed), leases.list(LATER));
        assertEquals(taken.spans(), renewed.spans());
        assertThrows(NotFoundException.class, () -> leases.release(""));
        assertThrows(NotFoundException.class, () -> leases.release("nothing"));
        assertEquals(renewed, leases.release(taken.id()));
        assertEquals(List.of(), leases.list(NOW));
        assertThrows(NotFoundException.class, () -> leases.renew(taken.id(), LATER));
    }

    @Test
    void oneThatHasExpiredIsNotRenewed() {
        Lease taken = leases().take("", SPAN, NOW);
        assertThrows(NotFoundException.class, () -> leases().renew(taken.id(), LATER));
    }

    /** As of a container that was killed: nothing here can tell that, and history would be kept for ever. */
    @Test
    void oneOfAProcessElsewhereCanBeGivenUp() {
        ProcessIdentity self = ProcessIdentity.current();
        ProcessIdentity elsewhere = new ProcessIdentity("f3a1c0ffee00", 1, self.startTicks(), self.boot(), "pid:[1]");
        leases(new RepositoryContext(new NioFileSteps(), TestContext.live().clock(), "tester", elsewhere)).hold("export", SPAN);
        leases().hold("own", SPAN);
        List<Lease> held = leases().list(NOW);
        assertEquals(2, held.size());
        for (Lease lease : held) {
            if (lease.reason().equals("export")) {
                assertEquals(lease, leases().release(lease.id()));
            } else {
                assertThrows(NotFoundException.class, () -> leases().release(lease.id()));
            }
        }
        assertEquals(1, leases().list(NOW).size());
    }

    /** Whoever is told that a lease was renewed has it: its clock may say that it has not expired yet. */
    @Test
    void noneIsRemovedThatIsRenewed() throws Exception {
        Lease taken = leases().take("", SPAN, LATER);
        AtomicBoolean isRenewed = new AtomicBoolean();
        Thread renewer = Thread.ofPlatform().unstarted(() -> {
            try {
                leases().renew(taken.id(), LATER.plusSeconds(1));
                isRenewed.set(true);
            } catch (NotFoundException expired) {
                isRenewed.set(false);
            }
        });
        NioFileSteps real = new NioFileSteps();
        FileSteps slow = (FileSteps) Proxy.newProxyInstance(FileSteps.class.getClassLoader(), new Class<?>[] {FileSteps.class},
                (_, step, arguments) -> {
                    if (step.getName().equals("delete") && arguments[0].equals(file(taken))) {
                        renewer.start();
                        renewer.join(500);
                    }
                    return step.invoke(real, arguments);
                });
        leases(TestContext.live(slow)).removeExpired(LATER);
        renewer.join();
        assertEquals(isRenewed.get() ? 1 : 0, leases().list(LATER).size());
    }

    @Test
    void anOperationsLeaseHoldsUntilItIsClosed() throws IOException {
        try (HeldLease _ = leases().hold("export", SPAN, Lease.Span.ofLine(new TimelineId("b".repeat(32))))) {
            Lease held = leases().list(Instant.MAX).getFirst();
            assertEquals("export", held.reason());
            assertEquals(2, held.spans().size());
            assertEquals(new Lease.Holder.Operation(TestContext.live().process()), held.holder());
            assertThrows(NotFoundException.class, () -> leases().release(held.id()), "it is not the user's");
        }
        assertEquals(List.of(), files());
    }

    @Test
    void thatOfADeadProcessIsRemovedByWhoeverMeetsIt() throws IOException {
        leases(TestContext.doomed(new NioFileSteps())).hold("export", SPAN);
        assertEquals(1, files().size());
        assertEquals(List.of(), leases().list(NOW));
        assertEquals(List.of(), files());
    }

    @Test
    void anOperationsLeaseThatIsTornCountsAsGoneButAUsersStopsWhoeverReads() throws IOException {
        leases().hold("export", SPAN);
        Path torn = files().getFirst();
        Files.write(torn, new byte[0]);
        assertEquals(List.of(), leases().list(NOW));
        assertFalse(Files.exists(torn));
        Lease taken = leases().take("mine", SPAN, LATER);
        String text = Files.readString(file(taken));
        for (int i = 0; i < text.length(); i++) {
            Files.writeString(file(taken), text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1));
            assertThrows(CorruptFileException.class, () -> leases().list(NOW), "character " + i);
            Files.writeString(file(taken), text.substring(0, i));
            assertThrows(CorruptFileException.class, () -> leases().list(NOW), "length " + i);
        }
        leases().removeExpired(Instant.MAX);
        assertTrue(Files.exists(file(taken)));
    }

    @Test
    void theFormatIsAsItIsWrittenDown() throws IOException {
        Lease taken = leases().take("a\nb", SPAN, LATER);
        assertTrue(Files.readString(file(taken)).startsWith("""
                version: 1
                points: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 0/10 end
                created: 2026-11-21T07:35:31Z
                who: tester
                reason: a\\nb
                expires: 2026-11-21T08:35:31Z
                checksum: """), Files.readString(file(taken)));
        // A line that is not known is for newer versions to add; another version is not read.
        Path file = file(taken);
        Files.writeString(file, LeaseFormat.checked(Files.readString(file).replaceFirst("checksum: .*\n", "color: red\n")));
        assertEquals(List.of(taken), leases().list(NOW));
        Files.writeString(file, LeaseFormat.checked(Files.readString(file).replaceFirst("checksum: .*\n", "")
                .replace("version: 1", "version: 2")));
        assertThrows(FormatTooNewException.class, () -> leases().list(NOW));
    }

    @Test
    void whoReadsGoesOnWithoutALeaseWhereNoneCanBeWritten() throws IOException {
        Files.createDirectories(directory.resolve("leases"));
        FileSteps full = new FaultyFileSteps(directory).fullFrom(1);
        assertThrows(StorageFailedException.class, () -> leases(TestContext.live(full)).hold("export", SPAN));
        leases(TestContext.live(full)).holdForReading("export", SPAN).close();
        assertEquals(List.of(), files());
    }

    @Test
    void noneIsTakenWhileHistoryIsRemoved() throws Exception {
        AtomicBoolean isFrozen = new AtomicBoolean(true);
        AtomicBoolean wasFrozen = new AtomicBoolean();
        CountDownLatch taken = new CountDownLatch(1);
        Files.createDirectories(directory.resolve("leases"));
        Thread taker;
        try (LockFile _ = leases().freeze()) {
            taker = Thread.ofPlatform().start(() -> {
                try (HeldLease _ = leases().hold("export", SPAN)) {
                    wasFrozen.set(isFrozen.get());
                    taken.countDown();
                }
            });
            assertFalse(taken.await(200, TimeUnit.MILLISECONDS));
            assertEquals(1, leases().list(NOW).size(), "it is written before it waits");
            isFrozen.set(false);
        }
        taker.join();
        assertFalse(wasFrozen.get());
        assertEquals(0, taken.getCount());
    }

    @Test
    void aUsersLeaseIsDurable() {
        new CrashRounds<>((root, steps) -> new DurableFiles(steps).createDirectories(root.resolve("neon/leases")),
                (root, steps) -> leases(root, steps).take("mine", SPAN, LATER), LeasesTest::count).run();
        new CrashRounds<>((root, steps) -> leases(root, steps).take("mine", SPAN, LATER),
                (root, steps) -> leases(root, steps).renew(leases(root, steps).list(NOW).getFirst().id(), LATER.plusSeconds(1)),
                LeasesTest::count).run();
        new CrashRounds<>((root, steps) -> leases(root, steps).take("mine", SPAN, LATER),
                (root, steps) -> leases(root, steps).release(leases(root, steps).list(NOW).getFirst().id()),
                LeasesTest::count).run();
    }

    private static String count(Path root) {
        Leases leases = leases(root, new NioFileSteps());
        return leases.list(NOW).size() + " now, " + leases.list(LATER).size() + " later";
    }

    private static Leases leases(Path root, FileSteps steps) {
        Path neon = root.resolve("neon");
        return new Leases(neon, new DurableFiles(steps), TestContext.live(steps));
    }

    private Leases leases() {
        return leases(TestContext.live());
    }

    private Leases leases(RepositoryContext context) {
        return new Leases(directory, new DurableFiles(context.steps()), context);
    }

    private Path file(Lease lease) {
        return directory.resolve("leases").resolve(lease.id());
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory.resolve("leases"))) {
            return files.toList();
        }
    }
}
