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
import java.util.concurrent.atomic.AtomicInteger;
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
}
