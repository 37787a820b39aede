package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.sun.management.ThreadMXBean;
import dev.neon.ancestry.Tip;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Depth;
import dev.neon.sync.Fetch;
import dev.neon.sync.Inventory;
import dev.neon.sync.Piece;
import dev.neon.sync.Push;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.wire.Connection;
import dev.neon.sync.wire.WireRemote;
import dev.neon.sync.wire.WireServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged requests and answers: they end in a failure that is told, or in nothing. Never in another exception, a file outside of
 * the repository, a repository that is not sound, or much memory.
 */
class WireFuzzTest {
    private static final int EACH_REPOSITORY = 1000;
    private static final long MOST_MEMORY = 200L << 20;

    @TempDir
    static Path directory;

    private static SmallHistory history;

    /** What was said, in order. */
    private record Exchange(String verb, byte[] request, byte[] answer) {}

    private static final List<Exchange> EXCHANGES = new ArrayList<>();

    @BeforeAll
    static void record() throws Exception {
        history = SmallHistory.make(directory);
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Repository newer = Repositories.open(history.newer());
            Repository older = Repositories.open(receiver(memory, "fetches"));
            try (WireRemote remote = new WireRemote("recorded", recorded(newer))) {
                Repositories.fetch(older).run(remote, "origin", Fetch.Request.ALL);
            }
            Repository pushed = Repositories.open(receiver(memory, "is-pushed"));
            try (WireRemote remote = new WireRemote("recorded", recorded(pushed))) {
                List<Push.Wish> wishes = List.of(SmallHistory.MAIN, SmallHistory.DEV, SmallHistory.TAG).stream()
                        .map(name -> new Push.Wish(newer.refs().read(name), name, false, Optional.empty())).toList();
                new Push(newer, Repositories.wal(newer)).run(remote, Optional.empty(), wishes, true, false);
            }
        }
        assertTrue(EXCHANGES.stream().map(Exchange::verb).distinct().count() == 6, EXCHANGES.toString());
    }

    private static Path receiver(FileSystem memory, String name) {
        Path repository = memory.getPath("/work", name, ".neon");
        RemoteLab.copy(history.older(), repository);
        return repository;
    }

    private interface Answers {
        byte[] answer(String verb, byte[] request) throws IOException;
    }

    private static Connection recorded(Repository repository) {
        RepositoryEndpoint endpoint = Repositories.endpoint("recorded", repository);
        return connection((verb, request) -> {
            byte[] answer = answer(endpoint, request);
            EXCHANGES.add(new Exchange(verb, request, answer));
            return answer;
        });
    }

    private static byte[] answer(RepositoryEndpoint endpoint, byte[] request) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new WireServer(endpoint, EnumSet.allOf(WireServer.Verb.class)).answer(new ByteArrayInputStream(request), out);
        return out.toByteArray();
    }

    private static Connection connection(Answers answers) {
        return new Connection() {
            @Override
            public Exchange begin(String verb) {
                ByteArrayOutputStream request = new ByteArrayOutputStream();
                return new Exchange() {
                    @Override
                    public OutputStream request() {
                        return request;
                    }

                    @Override
                    public InputStream answer() throws IOException {
                        return new ByteArrayInputStream(answers.answer(verb, request.toByteArray()));
                    }

                    @Override
                    public void close() {
                        // Nothing is open.
                    }
                };
            }

            @Override
            public int width() {
                return 1;
            }

            @Override
            public void close() {
                // As above.
            }
        };
    }

    @Test
    void requests() throws Exception {
        requests(10_000);
    }

    @Test
    @Tag("nightly")
    void aMillionRequests() throws Exception {
        requests(Integer.getInteger("neon.test.mutations", 1_000_000));
    }

    @Test
    void answers() throws Exception {
        answers(10_000);
    }

    @Test
    @Tag("nightly")
    void aMillionAnswers() throws Exception {
        answers(Integer.getInteger("neon.test.mutations", 1_000_000));
    }

    private static long seed() {
        long seed = Long.getLong("neon.test.seed", System.nanoTime());
        System.out.println("WireFuzzTest, seed " + seed);
        return seed;
    }

    /** Large ones now and then. */
    private static <T> T choose(Random random, List<T> small, List<T> large) {
        List<T> list = large.isEmpty() || random.nextInt(50) > 0 ? small : large;
        return list.get(random.nextInt(list.size()));
    }

    private void requests(int count) throws Exception {
        Random random = new Random(seed());
        List<Exchange> all = EXCHANGES;
        Mutator mutator = new Mutator(random, all.stream().map(Exchange::request).toList());
        List<Exchange> small = all.stream().filter(each -> each.request().length < 20_000).toList();
        List<Exchange> large = all.stream().filter(each -> each.request().length >= 20_000).toList();
        for (int i = 0; i < count; ) {
            try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
                Path repository = receiver(memory, "here");
                Map<RefName, RefTarget> before = names(Repositories.open(repository));
                for (int j = 0; j < EACH_REPOSITORY && i < count; j++, i++) {
                    byte[] request = mutator.mutate(choose(random, small, large).request());
                    try (RepositoryEndpoint endpoint = Repositories.endpoint("here", Repositories.open(repository))) {
                        byte[] said = bounded(() -> answer(endpoint, request));
                        String text = new String(said, StandardCharsets.ISO_8859_1);
                        assertFalse(text.contains("internal error"), text);
                    } catch (IOException | NeonException told) {
                        // As it should be.
                        continue;
                    } catch (RuntimeException | Error bug) {
                        throw found(request, i, bug);
                    }
                }
                check(repository, before, memory);
            }
        }
    }

    private static AssertionError found(byte[] stream, int number, Throwable bug) throws IOException {
        Path file = Files.createTempFile("neon-fuzz-", ".bin");
        Files.write(file, stream);
        return new AssertionError("mutation " + number + ", kept in " + file + ": " + bug, bug);
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> T bounded(Work<T> work) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            return work.run();
        } finally {
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (allocated > MOST_MEMORY) {
                throw new AssertionError(allocated + " bytes were allocated");
            }
        }
    }

    private static Map<RefName, RefTarget> names(Repository repository) {
        Map<RefName, RefTarget> names = new TreeMap<>();
        for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.TAG, RefName.Kind.REMOTE_BRANCH, RefName.Kind.REMOTE_TAG)) {
            names.putAll(repository.refs().list(kind));
        }
        return names;
    }

    /** Branches may have moved to what was there, if a request came through; all that they name can be read. */
    private static void check(Path repository, Map<RefName, RefTarget> before, FileSystem memory) throws IOException {
        try (Stream<Path> top = Files.list(memory.getPath("/work")); Stream<Path> here = Files.list(repository.getParent())) {
            assertEquals(List.of(repository.getParent()), top.toList());
            assertEquals(List.of(repository), here.toList());
        }
        try (Stream<Path> roots = Files.list(memory.getPath("/"))) {
            assertEquals(List.of(memory.getPath("/work")), roots.toList());
        }
        try (Stream<Path> entries = Files.list(repository)) {
            List<String> names = entries.map(path -> path.getFileName().toString()).toList();
            assertTrue(List.of("HEAD", "config", "refs", "logs", "timelines", "incoming", "leases", "run", "fsck", "place").containsAll(names),
                    names.toString());
        }
        Repository left = Repositories.open(repository);
        assertTrue(names(left).keySet().containsAll(before.keySet()));
        Repositories.requireSound(left);
    }

    /** Damaged answers, to single requests and to a whole fetch. */
    private void answers(int count) throws Exception {
        Random random = new Random(seed());
        List<Exchange> all = EXCHANGES;
        Mutator mutator = new Mutator(random, all.stream().map(Exchange::answer).toList());
        Inventory inventory = Repositories.endpoint("newer", Repositories.open(history.newer())).inventory(tips(), Depth.ALL);
        for (int i = 0; i < count; ) {
            try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
                Path repository = receiver(memory, "here");
                Map<RefName, RefTarget> before = names(Repositories.open(repository));
                for (int j = 0; j < EACH_REPOSITORY && i < count; j++, i++) {
                    int which = random.nextInt(200);
                    byte[][] damaged = {new byte[0]};
                    Connection connection = connection((verb, request) -> {
                        byte[] right = all.stream().filter(each -> each.verb().equals(verb)).findFirst().orElseThrow().answer();
                        // Of a fetch, one of the answers only.
                        damaged[0] = which > 0 || random.nextInt(3) == 0 ? mutator.mutate(right) : right;
                        return damaged[0];
                    });
                    try (WireRemote remote = new WireRemote("damaged", connection)) {
                        bounded(() -> {
                            ask(remote, which, repository, inventory);
                            return true;
                        });
                    } catch (IOException | NeonException told) {
                        continue;
                    } catch (RuntimeException | Error bug) {
                        throw found(damaged[0], i, bug);
                    }
                }
                check(repository, before, memory);
            }
        }
    }

    private static List<Tip> tips() {
        return Repositories.endpoint("newer", Repositories.open(history.newer())).refs(List.of()).refs().values().stream()
                .map(point -> new Tip(point.timeline(), point.lsn())).toList();
    }

    private static void ask(WireRemote remote, int which, Path repository, Inventory inventory) {
        Repository here = Repositories.open(repository);
        if (which == 0) {
            Repositories.fetch(here).run(remote, "origin", Fetch.Request.ALL);
            return;
        }
        switch (which % 5) {
            case 0 -> remote.refs(List.of());
            case 1 -> remote.inventory(inventory.tips(), Depth.ALL);
            case 2 -> remote.offer(here.id(), inventory);
            case 3 -> remote.update(here.id(), List.of(new RefUpdate(SmallHistory.MAIN, Optional.empty(), Optional.empty(), true)), true);
            default -> {
                if (which % 20 == 4) {
                    Piece piece = new Piece.OfFile(inventory.tips().getFirst().timeline(), "settings/postgresql.conf", 0, 10);
                    remote.get(List.of(piece), (_, _, content) -> assertTrue(content.remaining() <= 1 << 20));
                }
            }
        }
    }
}
