package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.repository.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerPoolTest {
    private static final int CROWD = 500;

    @TempDir
    Path directory;

    @Test
    void ofACrowdOneLooksForTheServerAndTheOthersWait() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
        try (TestWorkspace neon = TestWorkspace.init(directory, 18); ExecutorService threads = Executors.newCachedThreadPool();
                PageServer server = PageServer.start(new ListenAddress("127.0.0.1", 0), () -> {
                    opened.incrementAndGet();
                    return new Workspace(Repository.open(neon.directory(), neon.workspace().repository().context()), neon.workspace().postgres());
                }, log::add)) {
            CountDownLatch isHeld = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            // As another command does that is at the same branch: so the start is not over before all have come.
            Future<?> held = threads.submit(() -> neon.workspace().instances().whileUnchanged(neon.timeline("main"), _ -> {
                isHeld.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException nobodyDoes) {
                    Thread.currentThread().interrupt();
                }
                return true;
            }));
            isHeld.await();
            Target target = server.target(Optional.of("main"), Optional.empty());
            List<Future<ServerPool.Use>> crowd = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                crowd.add(threads.submit(() -> server.pool().use(target)));
            }
            while (server.pool().users() < CROWD) {
                Thread.sleep(10);
            }
            int before = opened.get();
            goOn.countDown();
            held.get();
            long pid = crowd.getFirst().get().backend().instance().pid();
            for (Future<ServerPool.Use> each : crowd) {
                assertEquals(pid, each.get().backend().instance().pid());
                each.get().close();
            }
            int looks = opened.get() - before;
            assertTrue(looks < 20, () -> looks + " looks into the repository");
            assertEquals(1, log.stream().filter(line -> line.startsWith("started the server")).count(), log::toString);
            assertEquals(0, server.pool().users());
        }
    }

    /** As when neon's files are replaced while the page server runs. */
    @Test
    void aServerThatCannotBeStoppedIsUsedAgainAndTriedAgain() throws Exception {
        AtomicBoolean isBroken = new AtomicBoolean(true);
        ConcurrentLinkedQueue<Long> tries = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
        try (TestWorkspace neon = TestWorkspace.init(directory, 18); ExecutorService threads = Executors.newCachedThreadPool();
                PageServer server = PageServer.start(new ListenAddress("127.0.0.1", 0), () -> {
                    if (isBroken.get() && Thread.currentThread().getName().equals("pageserver-suspend")) {
                        throw new NoClassDefFoundError("dev/neon/Gone");
                    }
                    return new Workspace(Repository.open(neon.directory(), neon.workspace().repository().context()), neon.workspace().postgres());
                }, line -> {
                    log.add(line);
                    if (line.equals("error: unable to stop the server on main: dev/neon/Gone")) {
                        tries.add(System.nanoTime());
                    }
                })) {
            neon.workspace().repository().config().set("pageserver.suspendAfter", "0s");
            Target target = server.target(Optional.of("main"), Optional.empty());
            long pid;
            try (ServerPool.Use use = server.pool().use(target)) {
                pid = use.backend().instance().pid();
            }
            await(log, () -> tries.size() > 1);
            assertTrue(-tries.remove() + tries.remove() > TimeUnit.MILLISECONDS.toNanos(900), "not all the time");
            try (ServerPool.Use use = threads.submit(() -> server.pool().use(target)).get(60, TimeUnit.SECONDS)) {
                assertEquals(pid, use.backend().instance().pid());
            }
            isBroken.set(false);
            await(log, () -> log.stream().anyMatch(line -> line.startsWith("stopped the server on main: idle for ")));
        }
    }

    private static void await(ConcurrentLinkedQueue<String> log, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertTrue(i < 3000, log::toString);
            Thread.sleep(20);
        }
    }
}
