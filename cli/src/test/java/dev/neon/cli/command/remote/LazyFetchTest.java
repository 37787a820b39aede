package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.cli.command.remote.PipedRemote.Line;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.files.FaultyFileSteps;
import dev.neon.repo.files.Loss;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.SimulatedCrash;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Backfill;
import dev.neon.sync.Fetch;
import dev.neon.sync.Remote;
import dev.neon.sync.RepositoryEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is promised comes whole or not at all, once, and from nobody who has only been promised it himself. */
class LazyFetchTest {
    /** As {@link SmallHistory} has them. */
    private static final long SEGMENT = 1 << 20;

    @TempDir
    static Path directory;

    @TempDir
    Path place;

    private static SmallHistory history;
    private static Map<String, Integer> expected;

    @BeforeAll
    static void make() throws Exception {
        history = SmallHistory.make(directory);
        Repository whole = Repositories.create(directory.resolve("whole-clone/.neon"));
        try (Remote origin = origin(history.newer())) {
            Repositories.fetch(whole).run(origin, "origin", Fetch.Request.ALL);
        }
        expected = Repositories.timelines(whole.directory());
    }

    private static RepositoryEndpoint origin(Path repository) {
        return Repositories.endpoint("origin", Repositories.open(repository));
    }

    private Repository lazyClone(Supplier<Remote> origin) {
        Repository here = LazyClones.empty(place.resolve("here/.neon"), origin);
        try (Remote remote = origin(history.newer())) {
            Repositories.fetch(here).run(remote, "origin", Fetch.Request.ALL);
        }
        return here;
    }

    private static void requireWhole(Repository here) {
        assertEquals(0, new Backfill(here, Repositories.wal(here)).run());
        Map<String, Integer> found = Repositories.timelines(here.directory());
        // What a crash leaves under a temporary name is swept by 'neon fsck --repair'.
        found.keySet().removeIf(name -> name.contains("/.tmp-"));
        assertEquals(expected, found);
        Repositories.requireSound(here);
    }

    /** In the middle of a fetch on demand: what is there is sound, and what has come is not fetched again. */
    @Test
    void cuts() {
        Line whole = Line.whole();
        LazyClones.promised(lazyClone(() -> pipe(whole))).bring(LazyClones.promised(open()).missing());
        RemoteLab.delete(place.resolve("here"));
        long bytes = whole.bytes();
        assertTrue(bytes > 300_000, bytes + " bytes");
        for (long at : new long[] {1000, bytes / 10, bytes / 3, bytes / 2, bytes - 100}) {
            Line first = Line.cutAfter(at);
            Repository here = lazyClone(() -> pipe(first));
            List<PromisedPart> missing = LazyClones.promised(here).missing();
            String message = assertThrows(TransferFailedException.class, () -> LazyClones.promised(here).bring(missing)).getMessage();
            assertTrue(message.startsWith("unable to fetch ") && message.contains(" from 'origin', which has promised it: "), message);
            Repositories.requireSound(open());
            Line second = Line.whole();
            Repository again = LazyClones.open(here.directory(), new NioFileSteps(), () -> pipe(second));
            LazyClones.promised(again).bring(missing);
            // A chunk that had not come whole comes once more; a segment has one or two here.
            assertTrue(second.bytes() <= bytes && (at < bytes - 100 || second.bytes() < bytes / 2),
                    first.bytes() + " and " + second.bytes() + " bytes of " + bytes);
            requireWhole(again);
            RemoteLab.delete(place.resolve("here"));
        }
    }

    private static Remote pipe(Line line) {
        return PipedRemote.open("origin", Repositories.open(history.newer()), line);
    }

    private Repository open() {
        return Repositories.open(place.resolve("here/.neon"));
    }

    /** Two at once want the same: each part goes over the line once. */
    @Test
    void twoAtOnce() throws Exception {
        AtomicLong given = new AtomicLong();
        Supplier<Remote> counted = () -> counting(origin(history.newer()), given);
        lazyClone(counted);
        List<PromisedPart> missing = LazyClones.promised(open()).missing();
        CyclicBarrier together = new CyclicBarrier(4);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                // Each as a command of its own.
                Repository mine = LazyClones.open(place.resolve("here/.neon"), new NioFileSteps(), counted);
                running.add(threads.submit(() -> {
                    together.await();
                    LazyClones.promised(mine).bring(missing);
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        assertEquals(missing.size(), given.get());
        requireWhole(open());
    }

    /** Counts the pieces that are asked for. */
    private static Remote counting(Remote remote, AtomicLong given) {
        return (Remote) Proxy.newProxyInstance(Remote.class.getClassLoader(), new Class<?>[] {Remote.class}, (_, method, arguments) -> {
            if (method.getName().equals("get")) {
                given.addAndGet(((Collection<?>) arguments[0]).size());
            }
            try {
                return method.invoke(remote, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        });
    }

    /** Bytes of layers and of WAL that have changed there are not taken in. */
    @Test
    void damagedThere() throws Exception {
        Path copy = place.resolve("copy");
        RemoteLab.copy(history.newer(), copy);
        Repository here = lazyClone(() -> origin(copy));
        int refused = 0;
        for (Path file : files(copy.resolve("timelines"), "/wal/0000000")) {
            byte[] whole = Files.readAllBytes(file);
            byte[] damaged = whole.clone();
            damaged[9000] ^= 64;
            Files.write(file, damaged);
            String name = file.getFileName().toString();
            TimelineId timeline = new TimelineId(file.getParent().getParent().getFileName().toString());
            for (PromisedPart part : LazyClones.promised(here).ofTimeline(timeline)) {
                boolean isOfFile = part instanceof PromisedPart.Wal segment
                        && segment.from().value() / SEGMENT == Long.parseLong(name.substring(16), 16);
                if (isOfFile && segment(part).to().minus(segment(part).from()) > 9100) {
                    assertTrue(refuses(here, timeline), file.toString());
                    refused++;
                }
            }
            Repositories.requireSound(open());
            Files.write(file, whole);
        }
        assertTrue(refused > 2, refused + " refused");
        LazyClones.promised(here).bring(LazyClones.promised(here).missing());
        requireWhole(here);
    }

    private static PromisedPart.Wal segment(PromisedPart part) {
        return (PromisedPart.Wal) part;
    }

    private static boolean refuses(Repository here, TimelineId timeline) {
        List<PromisedPart> missing = LazyClones.promised(here).ofTimeline(timeline);
        String message = assertThrows(TransferFailedException.class, () -> LazyClones.promised(here).bring(missing)).getMessage();
        assertEquals(missing, LazyClones.promised(here).ofTimeline(timeline));
        return message.contains(" came damaged: ");
    }

    private static List<Path> files(Path root, String part) {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).filter(path -> path.toString().contains(part)).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What a promisor has dropped cannot be had, and the message tells why. */
    @Test
    void collectedThere() throws Exception {
        Path copy = place.resolve("copy");
        RemoteLab.copy(history.newer(), copy);
        Repository here = lazyClone(() -> origin(copy));
        Files.delete(files(copy.resolve("timelines"), "/wal/0000000").getFirst());
        List<PromisedPart> missing = LazyClones.promised(here).missing();
        TransferFailedException failure = assertThrows(TransferFailedException.class, () -> LazyClones.promised(here).bring(missing));
        assertTrue(failure.getMessage().contains("is not there any more"), failure.getMessage());
        assertTrue(failure.hint().orElseThrow().startsWith("It was collected there"), failure.hint().toString());
        Repositories.requireSound(here);
    }

    /** A repository that is served does not call others for a stranger's sake. */
    @Test
    void fromALazyClone() {
        Repository middle = lazyClone(() -> origin(history.newer()));
        Repository third = LazyClones.empty(place.resolve("third/.neon"), () -> origin(middle.directory()));
        middle.refs().begin("test").create(RefName.tag("dev"), middle.refs().read(RefName.remoteBranch("origin", "dev")).orElseThrow())
                .commit();
        Repository whole = Repositories.create(place.resolve("fourth/.neon"));
        try (Remote remote = origin(middle.directory())) {
            UnsupportedException refusal = assertThrows(UnsupportedException.class,
                    () -> Repositories.fetch(whole).run(remote, "origin", Fetch.Request.ALL));
            assertTrue(refusal.getMessage().contains("is not in this lazy clone"), refusal.getMessage());
        }
        Repositories.requireSound(whole);
        try (Remote remote = PipedRemote.open("origin", middle)) {
            Repositories.fetch(third).run(remote, "origin", Fetch.Request.ALL);
        }
        Repositories.requireSound(third);
        assertThrows(TransferFailedException.class, () -> LazyClones.promised(third).bring(LazyClones.promised(third).missing()));
        LazyClones.promised(middle).bring(LazyClones.promised(middle).missing());
        LazyClones.promised(third).bring(LazyClones.promised(third).missing());
        assertEquals(List.of(), LazyClones.promised(third).missing());
        Repositories.requireSound(third);
    }

    /** The timeline goes on there: what is here of its last segment, in part or not at all, goes on too. */
    @Test
    void goesOn() {
        for (boolean isLastHere : new boolean[] {false, true}) {
            Repository here = LazyClones.empty(place.resolve("here-" + isLastHere + "/.neon"), () -> origin(history.newer()));
            try (Remote remote = origin(history.older())) {
                // The same names as of the newer one: its timelines are a beginning of that one's.
                Repositories.fetch(here).run(remote, "origin", Fetch.Request.ALL);
            }
            if (isLastHere) {
                LazyClones.promised(here).bring(LazyClones.promised(here).missing());
            }
            try (Remote remote = origin(history.newer())) {
                Repositories.fetch(here).run(remote, "origin", Fetch.Request.ALL);
            }
            Repositories.requireSound(here);
            LazyClones.promised(here).bring(LazyClones.promised(here).missing());
            requireWhole(here);
        }
    }

    @Test
    void crashes() throws Exception {
        everyFault(9);
    }

    @Test
    @Tag("nightly")
    void crashAtEachStep() throws Exception {
        everyFault(1);
    }

    /** A fetch that leaves more with the remote, and then one of all that was left, stopped at each so-manieth step. */
    private void everyFault(int stride) throws Exception {
        Path prepared = place.resolve("prepared/.neon");
        Repository first = LazyClones.empty(prepared, () -> origin(history.newer()));
        try (Remote remote = origin(history.older())) {
            Repositories.fetch(first).run(remote, "origin", Fetch.Request.ALL);
        }
        LazyClones.promised(first).bring(LazyClones.promised(first).missing());
        int begin = (int) (System.nanoTime() >>> 8 & 0xffff) % stride;
        int steps = inMemory(prepared, Integer.MAX_VALUE, Fault.CRASH, new Loss.Nothing());
        assertTrue(steps > 30, steps + " steps");
        for (int step = 1 + begin; step <= steps; step += stride) {
            for (Loss loss : List.of(new Loss.Nothing(), new Loss.Everything(), new Loss.Some(step))) {
                inMemory(prepared, step, Fault.CRASH, loss);
            }
            inMemory(prepared, step, Fault.ERROR, new Loss.Nothing());
            inMemory(prepared, step, Fault.FULL, new Loss.Nothing());
        }
    }

    private enum Fault { CRASH, ERROR, FULL }

    private static int inMemory(Path prepared, int step, Fault fault, Loss loss) throws Exception {
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path root = Files.createDirectories(memory.getPath("/work/here"));
            RemoteLab.copy(prepared, root.resolve(".neon"));
            return round(root, step, fault, loss);
        }
    }

    private static int round(Path root, int step, Fault fault, Loss loss) {
        Path repository = root.resolve(".neon");
        FaultyFileSteps steps = new FaultyFileSteps(root);
        switch (fault) {
            case CRASH -> steps.crashAt(step);
            case ERROR -> steps.failAt(step);
            case FULL -> steps.fullFrom(step);
        }
        Repository doomed = Repository.open(repository, LazyClones.context(Repositories.doomed(steps), () -> origin(history.newer())));
        try {
            fetchAll(doomed);
        } catch (SimulatedCrash | NeonException stopped) {
            assertTrue(step < Integer.MAX_VALUE, stopped.toString());
        }
        int taken = steps.steps();
        steps.restart(loss);
        try {
            Repositories.requireSound(Repositories.open(repository));
            Repository again = LazyClones.open(repository, new NioFileSteps(), () -> origin(history.newer()));
            fetchAll(again);
            requireWhole(again);
        } catch (RuntimeException | AssertionError unsound) {
            throw new AssertionError(fault + " at step " + step + " losing " + loss + ": " + unsound.getMessage(), unsound);
        }
        return taken;
    }

    private static void fetchAll(Repository here) {
        try (Remote remote = origin(history.newer())) {
            Repositories.fetch(here).run(remote, "origin", Fetch.Request.ALL);
        }
        LazyClones.promised(here).bring(LazyClones.promised(here).missing());
    }
}
