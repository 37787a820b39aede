package dev.neon.repo.repository;

import dev.neon.repo.TestContext;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.CrashRounds;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.refs.RefChange;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.timeline.TimelineHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every change of a repository happens whole or not at all, wherever it is interrupted. */
class CrashTest {
    private static final TimelineId A = new TimelineId("a".repeat(32));
    private static final TimelineId B = new TimelineId("b".repeat(32));
    private static final RefName MAIN = RefName.branch("main");

    /** All that a reader can see, and after the next writer again. */
    private record State(Map<RefName, RefTarget> refs, List<List<RefChange>> log, List<TimelineId> timelines,
            Optional<String> port) {}

    private static Path neon(Path root) {
        return root.resolve(".neon");
    }

    private static void prepare(Path root, FileSteps steps) {
        Repository.create(neon(root), TestContext.live(steps), repository -> {
            repository.timelines().create(root(A), Map.of());
            repository.refs().begin("init").create(MAIN, new RefTarget.Timeline(A))
                    .create(RefName.branch("old"), new RefTarget.Timeline(A)).commit();
        });
    }

    private static TimelineHistory root(TimelineId id) {
        return new TimelineHistory(id, Optional.empty(), Optional.of(new ClusterIdentity(18, 42, 1 << 24, true, 1)),
                Optional.of(TestContext.NOW), Optional.empty(), List.of());
    }

    private static Repository open(Path root, FileSteps steps) {
        return Repository.open(neon(root), TestContext.doomed(steps));
    }

    private static State look(Repository repository) {
        Map<RefName, RefTarget> refs = new TreeMap<>();
        for (RefName.Kind kind : RefName.Kind.values()) {
            refs.putAll(repository.refs().list(kind));
        }
        refs.forEach((ref, target) -> assertEquals(Optional.of(target), repository.refs().read(ref)));
        List<List<RefChange>> log = new ArrayList<>();
        repository.log().read().forEach(operation -> log.add(operation.changes()));
        repository.timelines().list().forEach(id -> repository.timelines().history(id));
        return new State(refs, log, repository.timelines().list(), repository.config().get("postgres.port"));
    }

    /** Looks as a reader, then lets a writer clean up, and looks again: nothing may have changed but what it wrote. */
    private static State observe(Path root) {
        State seen = look(Repository.open(neon(root), TestContext.live()));
        Repository writer = Repository.open(neon(root), TestContext.live());
        RefName probe = RefName.tag("probe");
        writer.refs().begin("probe").create(probe, RefTarget.Point.of(A, new Lsn(8))).commit();
        State after = look(writer);
        after.refs().remove(probe);
        assertEquals(seen.log().size() + 1, after.log().size());
        assertEquals(seen, new State(after.refs(), after.log().subList(1, after.log().size()), after.timelines(),
                after.port()));
        assertTrue(Files.notExists(neon(root).resolve("refs.lock")));
        assertTrue(Files.notExists(neon(root).resolve("logs/pending")));
        return seen;
    }

    @Test
    void oneRef() {
        new CrashRounds<>(CrashTest::prepare, (root, steps) -> open(root, steps).refs().begin("branch x")
                .create(RefName.branch("x"), new RefTarget.Timeline(A)).commit(), CrashTest::observe).run();
    }

    @Test
    void severalRefsWithDirectoriesThatBecomeFilesAndFilesThatBecomeDirectories() {
        new CrashRounds<>((root, steps) -> {
            prepare(root, steps);
            Repository.open(neon(root), TestContext.live(steps)).refs().begin("before")
                    .create(RefName.branch("dir/one"), new RefTarget.Timeline(A)).commit();
        }, (root, steps) -> open(root, steps).refs().begin("rename")
                .delete(RefName.branch("old"), new RefTarget.Timeline(A))
                .create(RefName.branch("old/a/b"), new RefTarget.Timeline(A))
                .delete(RefName.branch("dir/one"), new RefTarget.Timeline(A))
                .create(RefName.branch("dir"), new RefTarget.Timeline(A))
                .update(MAIN, new RefTarget.Timeline(A), new RefTarget.Timeline(B))
                .set(RefName.HEAD, new RefTarget.Symbolic(RefName.branch("dir"))).commit(), CrashTest::observe).run();
    }

    @Test
    void timeline() {
        new CrashRounds<>(CrashTest::prepare, (root, steps) -> open(root, steps).timelines().create(root(B),
                Map.of("postgresql.auto.conf", "work_mem = 1MB\n".getBytes(StandardCharsets.UTF_8))), root -> {
                    Repository repository = Repository.open(neon(root), TestContext.live());
                    if (repository.timelines().exists(B)) {
                        assertTrue(Files.isDirectory(repository.timelines().walDirectory(B)));
                        assertEquals(root(B), repository.timelines().history(B));
                        assertEquals("work_mem = 1MB\n", read(repository.timelines().settingsDirectory(B)
                                .resolve("postgresql.auto.conf")));
                    }
                    return observe(root);
                }).run();
    }

    @Test
    void removalOfATimeline() {
        new CrashRounds<>((root, steps) -> {
            prepare(root, steps);
            Repository.open(neon(root), TestContext.live(steps)).timelines().create(root(B), Map.of());
        }, (root, steps) -> open(root, steps).timelines().remove(B), CrashTest::observe).run();
    }

    @Test
    void configuration() {
        new CrashRounds<>(CrashTest::prepare, (root, steps) -> open(root, steps).config().set("postgres.port", "1"),
                CrashTest::observe).run();
    }

    @Test
    void repository() {
        new CrashRounds<Optional<State>>((_, _) -> { }, CrashTest::prepare, root ->
                Files.exists(neon(root)) ? Optional.of(observe(root)) : Optional.empty()).run();
    }

    @Test
    void replacedFile() {
        new CrashRounds<>((root, steps) -> new DurableFiles(steps).replace(root.resolve("f"), new byte[] {1}),
                (root, steps) -> new DurableFiles(steps).replace(root.resolve("f"), new byte[] {2, 3}),
                root -> read(root.resolve("f"))).run();
    }

    /** The harness itself: a replacement without a sync is found out. */
    @Test
    void roundsFindAMissingSync() {
        CrashRounds<String> careless = new CrashRounds<>(
                (root, steps) -> new DurableFiles(steps).replace(root.resolve("f"), new byte[] {1}),
                (root, steps) -> {
                    try {
                        steps.create(root.resolve("t"), new byte[] {2, 3});
                        steps.rename(root.resolve("t"), root.resolve("f"));
                        steps.sync(root);
                    } catch (IOException failure) {
                        throw new StorageFailedException("write", root, failure);
                    }
                }, root -> read(root.resolve("f")));
        assertThrows(AssertionError.class, careless::run);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
