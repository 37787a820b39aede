package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.Tip;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.files.FaultyFileSteps;
import dev.neon.repo.files.Loss;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.SimulatedCrash;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Depth;
import dev.neon.sync.Fetch;
import dev.neon.sync.Push;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.RefUpdates;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.wal.WalReader;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who receives is stopped at each of its steps: by a crash that loses nothing, all or some of what was not synced, by an I/O
 * error, by a full disk. Each time all names are as before or as after, fsck finds nothing, and the next try does it.
 */
class TransferCrashTest {
    private static final int SEEDS = Integer.getInteger("neon.test.crashSeeds", 1);

    /** With owners and numbers of links. */
    private static final Configuration UNIX = Configuration.unix().toBuilder().setAttributeViews("basic", "owner", "posix", "unix").build();

    @TempDir
    static Path directory;

    private static SmallHistory history;

    /** What a user does, in a repository that is or is to be at a place. */
    private interface Action {
        void run(Path repository, RepositoryContext context);
    }

    @BeforeAll
    static void make() throws Exception {
        history = SmallHistory.make(directory);
    }

    @Test
    void fetch() throws Exception {
        everyFault(history.older(), TransferCrashTest::fetch, 25);
    }

    @Test
    void push() throws Exception {
        everyFault(history.older(), TransferCrashTest::push, 45);
    }

    @Test
    void cloneOfAll() throws Exception {
        everyFault(directory.resolve("none"), TransferCrashTest::cloneAll, 50);
    }

    /** On the same file system layers and whole segments are linked. */
    @Test
    void cloneThatShares() throws Exception {
        everyFault(directory.resolve("none"), TransferCrashTest::cloneShared, 50);
    }

    @Test
    @Tag("nightly")
    void everyStepOfACloneThatShares() throws Exception {
        everyFault(directory.resolve("none"), TransferCrashTest::cloneShared, 1);
    }

    private static void cloneShared(Path repository, RepositoryContext context) {
        Path source = repository.getRoot().resolve("source");
        if (!Files.exists(source)) {
            RemoteLab.copy(history.newer(), source);
        }
        Map<String, Integer> before = Repositories.timelines(source);
        boolean isFirst = !Files.exists(repository);
        try {
            Fetch.Result result = fetch(repository, context, source, new Fetch.Request(List.of(), Depth.ALL, false, false, true));
            assertTrue(!isFirst || result.shared() > 1 << 20, result.toString());
        } finally {
            assertEquals(before, Repositories.timelines(source), "what it is a clone of has changed");
        }
    }

    @Test
    @Tag("nightly")
    void everyStepOfAFetch() throws Exception {
        everyFault(history.older(), TransferCrashTest::fetch, 1);
    }

    @Test
    @Tag("nightly")
    void everyStepOfAPush() throws Exception {
        everyFault(history.older(), TransferCrashTest::push, 1);
    }

    @Test
    @Tag("nightly")
    void everyStepOfAClone() throws Exception {
        everyFault(directory.resolve("none"), TransferCrashTest::cloneAll, 1);
    }

    /** On the same file system files are copied. */
    @Test
    @Tag("nightly")
    void copies() throws Exception {
        everyFault(directory.resolve("none"), (repository, context) -> {
            Path source = repository.getRoot().resolve("source");
            if (!Files.exists(source)) {
                RemoteLab.copy(history.newer(), source);
            }
            fetch(repository, context, source);
        }, 1);
    }

    private static void fetch(Path repository, RepositoryContext context) {
        fetch(repository, context, history.newer());
    }

    private static void fetch(Path repository, RepositoryContext context, Path source) {
        fetch(repository, context, source, Fetch.Request.ALL);
    }

    private static Fetch.Result fetch(Path repository, RepositoryContext context, Path source, Fetch.Request request) {
        Repository here = Files.exists(repository) ? Repository.open(repository, context)
                : Repository.create(repository, context, _ -> { });
        try (RepositoryEndpoint remote = Repositories.endpoint("source", Repositories.open(source))) {
            return Repositories.fetch(here).run(remote, "origin", request);
        }
    }

    private static void push(Path repository, RepositoryContext context) {
        Repository there = Repository.open(repository, context);
        Repository here = Repositories.open(history.newer());
        try (RepositoryEndpoint remote = Repositories.endpoint("receiver", there)) {
            List<Push.Wish> wishes = List.of(SmallHistory.MAIN, SmallHistory.DEV, SmallHistory.TAG).stream()
                    .map(name -> new Push.Wish(here.refs().read(name), name, false, Optional.empty())).toList();
            Push.Result result = new Push(here, Repositories.wal(here)).run(remote, Optional.empty(), wishes, true, false);
            result.outcomes().stream().flatMap(outcome -> outcome.refusal().stream()).findFirst().ifPresent(why -> {
                throw new Refused(why);
            });
        }
    }

    /** A failure at the other side that was told as a refusal. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }

    /** As the command does it. */
    private static void cloneAll(Path repository, RepositoryContext context) {
        fetch(repository, context);
        Repository here = Repository.open(repository, context);
        if (here.refs().read(SmallHistory.MAIN).isEmpty()) {
            RefTarget.Point point = (RefTarget.Point) here.refs().read(RefName.remoteBranch("origin", "main")).orElseThrow();
            new RefUpdates(here, Repositories.wal(here), _ -> false).run(List.of(new RefUpdate(SmallHistory.MAIN, Optional.empty(),
                    Optional.of(point), false)), true, "clone").forEach(outcome -> outcome.refusal().ifPresent(why -> {
                        throw new Refused(why);
                    }));
        }
    }

    private enum Fault { NONE, CRASH, ERROR, FULL }

    /** @param stride each so-manieth step, beginning anywhere */
    private void everyFault(Path prepared, Action action, int stride) throws Exception {
        Map<RefName, String> after = new HashMap<>();
        int steps = round(prepared, 0, Fault.NONE, new Loss.Nothing(), action, after);
        assertTrue(steps > 50, steps + " steps");
        List<Loss> losses = new ArrayList<>(List.of(new Loss.Nothing(), new Loss.Everything()));
        LongStream.range(0, SEEDS).mapToObj(Loss.Some::new).forEach(losses::add);
        int begin = (int) (System.nanoTime() >>> 8) % stride;
        int rounds = 0;
        for (int step = 1 + Math.abs(begin); step <= steps; step += stride) {
            for (Loss loss : losses) {
                round(prepared, step, Fault.CRASH, loss, action, after);
            }
            round(prepared, step, Fault.ERROR, new Loss.Nothing(), action, after);
            round(prepared, step, Fault.FULL, new Loss.Everything(), action, after);
            rounds += losses.size() + 2;
        }
        System.out.println("TransferCrashTest: " + steps + " steps, " + rounds + " rounds");
    }

    /** Returns how many steps it took; {@code after} is filled by the round without a fault. */
    private int round(Path prepared, int step, Fault fault, Loss loss, Action action, Map<RefName, String> after) throws Exception {
        try (FileSystem memory = Jimfs.newFileSystem(UNIX)) {
            Path root = Files.createDirectories(memory.getPath("/work/here"));
            Path repository = root.resolve(".neon");
            boolean isThere = Files.exists(prepared);
            if (isThere) {
                RemoteLab.copy(prepared, repository);
            }
            Map<RefName, String> before = isThere ? state(Repositories.open(repository)) : Map.of();
            FaultyFileSteps steps = new FaultyFileSteps(root);
            switch (fault) {
                case CRASH -> steps.crashAt(step);
                case ERROR -> steps.failAt(step);
                case FULL -> steps.fullFrom(step);
                case NONE -> { }
            }
            boolean isDone = false;
            try {
                action.run(repository, Repositories.doomed(steps));
                isDone = true;
            } catch (SimulatedCrash | NeonException | Refused stopped) {
                assertTrue(fault != Fault.NONE, () -> stopped.toString());
            }
            int taken = steps.steps();
            steps.restart(loss);
            try {
                if (fault == Fault.NONE) {
                    after.putAll(state(Repositories.open(repository)));
                }
                check(repository, before, after, isDone && fault == Fault.CRASH && loss instanceof Loss.Nothing, action);
            } catch (RuntimeException | AssertionError unsound) {
                throw new AssertionError(fault + " at step " + step + " losing " + loss + ": " + unsound.getMessage(), unsound);
            }
            return taken;
        }
    }

    private static void check(Path repository, Map<RefName, String> before, Map<RefName, String> after, boolean isDone, Action action) {
        if (Files.exists(repository)) {
            Repository left = Repositories.open(repository);
            Map<RefName, String> found = state(left);
            Map<RefName, String> both = new TreeMap<>(after);
            both.keySet().retainAll(found.keySet());
            // A clone makes its branch in a transaction of its own.
            assertTrue(found.equals(before) || found.equals(after) || before.isEmpty() && found.equals(both), () -> "names are " + found);
            assertTrue(!isDone || found.equals(after), "what was done is gone");
            Repositories.requireSound(left);
        }
        action.run(repository, Repositories.context(new NioFileSteps()));
        Repository whole = Repositories.open(repository);
        assertEquals(after, state(whole));
        Repositories.requireSound(whole);
    }

    /** Of each name where it is, and what its WAL is up to there. */
    private static Map<RefName, String> state(Repository repository) {
        Map<RefName, String> state = new TreeMap<>();
        Ancestry ancestry = new Ancestry(repository, Repositories.wal(repository));
        for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.TAG, RefName.Kind.REMOTE_BRANCH, RefName.Kind.REMOTE_TAG)) {
            repository.refs().list(kind).forEach((name, target) -> {
                Tip tip = ancestry.tip(target);
                state.put(name, tip + " " + records(repository, tip));
            });
        }
        return state;
    }

    private static String records(Repository repository, Tip tip) {
        dev.neon.wal.WalSource source = Repositories.wal(repository).source(tip.timeline());
        long hash = 0;
        int count = 0;
        var first = new dev.neon.snapshot.SnapshotStore(repository, Repositories.wal(repository)).newestFor(tip.timeline(), tip.lsn()).orElseThrow();
        try (WalReader reader = WalReader.from(source, first.redo())) {
            while (reader.end().isBefore(tip.lsn()) && reader.next()) {
                count++;
                hash = hash * 31 + reader.end().value();
            }
            assertEquals(tip.lsn(), reader.end(), tip.toString());
        }
        return count + " records " + Long.toHexString(hash);
    }
}
