package dev.neon.repo.refs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.TestContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.Warnings;
import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FaultyFileSteps;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefTransactionTest {
    private static final RefTarget A = new RefTarget.Timeline(new TimelineId("a".repeat(32)));
    private static final RefTarget B = new RefTarget.Timeline(new TimelineId("b".repeat(32)));
    private static final RefName MAIN = RefName.branch("main");

    @TempDir Path directory;
    private Repository repository;

    @BeforeEach
    void create() {
        repository = create(directory.resolve(".neon"));
    }

    private static Repository create(Path path) {
        return Repository.create(path, TestContext.live(),
                fresh -> fresh.refs().begin("init").create(MAIN, A).commit());
    }

    private RefTransaction begin() {
        return repository.refs().begin("test");
    }

    @Test
    void expectationsHoldOrNothingHappens() {
        assertThrows(AlreadyExistsException.class,
                () -> begin().set(RefName.tag("t"), A).create(MAIN, B).commit());
        assertThrows(ConflictException.class, () -> begin().update(MAIN, B, A).commit());
        assertThrows(ConflictException.class, () -> begin().delete(RefName.branch("absent"), A).commit());
        assertEquals(Map.of(MAIN, A), repository.refs().list(RefName.Kind.BRANCH));
        assertEquals(Map.of(), repository.refs().list(RefName.Kind.TAG));
        assertEquals(1, repository.log().read().size());
    }

    /** Whichever step fails, that is thrown, or the change has happened and what is left to do is told. */
    @Test
    void whatIsOnlyInTheJournalIsTold() throws IOException {
        RefName side = RefName.branch("side");
        int told = 0;
        // The first round is undisturbed, and says how many steps there are.
        for (int failing = 0, taken = 0; failing <= taken; failing++) {
            Path root = Files.createDirectory(directory.resolve("step" + failing));
            create(root.resolve(".neon"));
            FaultyFileSteps steps = new FaultyFileSteps(root).failAt(failing);
            List<String> warnings = new ArrayList<>();
            RepositoryContext live = TestContext.live(steps);
            RefStore refs = Repository.open(root.resolve(".neon"), new RepositoryContext(steps, live.clock(), live.who(), live.process(),
                    live.progress(), new Warnings(warnings::add))).refs();
            boolean isRefused = false;
            try {
                refs.begin("branch side").create(side, B).commit();
            } catch (StorageFailedException failure) {
                isRefused = true;
            }
            taken = Math.max(taken, steps.steps());
            // What is thrown may have come when all had happened, while the lock was given up.
            assertTrue(isRefused || refs.read(side).equals(Optional.of(B)), "step " + failing);
            boolean isThere = Files.exists(root.resolve(".neon/refs/branches/side"));
            assertTrue(isRefused || isThere || warnings.toString().contains("logs/pending"), "step " + failing + ": " + warnings);
            told += warnings.isEmpty() ? 0 : 1;
        }
        assertTrue(told > 2, told + " warnings");
    }

    @Test
    void aDamagedRefDoesNotHideTheOthers() throws IOException {
        RefName side = RefName.branch("side");
        begin().create(side, B).commit();
        Files.writeString(repository.directory().resolve("refs/branches/side"), "rubbish");

        RefStore.Listing listing = repository.refs().listing(RefName.Kind.BRANCH);

        assertEquals(Map.of(MAIN, A), listing.refs());
        assertEquals(List.of(side), List.copyOf(listing.damaged().keySet()));
        assertThrows(CorruptFileException.class, () -> repository.refs().list(RefName.Kind.BRANCH));
    }

    @Test
    void theLogHasWhatHappened() {
        begin().update(MAIN, A, B).create(RefName.tag("t"), RefTarget.Point.of(new TimelineId("a".repeat(32)),
                new Lsn(16))).commit();
        begin().delete(MAIN, B).commit();
        assertEquals(List.of(new RefChange(MAIN, Optional.of("b".repeat(32)), Optional.empty())),
                repository.log().of(MAIN).getFirst().changes());
        assertEquals(List.of(new RefChange(MAIN, Optional.of("a".repeat(32)), Optional.of("b".repeat(32))),
                new RefChange(RefName.tag("t"), Optional.empty(), Optional.of("a".repeat(32) + " 0/10"))),
                repository.log().of(RefName.tag("t")).getFirst().changes());
    }

    @Test
    void aNameIsNotBothARefAndADirectory() {
        begin().create(RefName.branch("a/b"), A).commit();
        assertThrows(ConflictException.class, () -> begin().create(RefName.branch("a"), A).commit());
        assertThrows(ConflictException.class, () -> begin().create(RefName.branch("a/b/c"), A).commit());
        assertThrows(ConflictException.class,
                () -> begin().create(RefName.branch("x"), A).create(RefName.branch("x/y"), A).commit());
        begin().delete(RefName.branch("a/b"), A).create(RefName.branch("a"), A).commit();
        assertTrue(Files.isRegularFile(repository.directory().resolve("refs/branches/a")));
    }

    @Test
    void directoriesThatBecomeEmptyGoAway() {
        begin().create(RefName.branch("a/b/c"), A).commit();
        begin().delete(RefName.branch("a/b/c"), A).commit();
        assertTrue(Files.notExists(repository.directory().resolve("refs/branches/a")));
        assertTrue(Files.isDirectory(repository.directory().resolve("refs/branches")));
    }

    @Test
    void readersSeeBothRefsMoveTogether() throws Exception {
        RefName other = RefName.branch("z/other");
        begin().create(other, A).commit();
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 60; i++) {
                RefTarget from = i % 2 == 0 ? A : B;
                RefTarget to = i % 2 == 0 ? B : A;
                begin().update(MAIN, from, to).update(other, from, to).commit();
            }
            stop.set(true);
        });
        Repository reader = Repository.open(repository.directory(), TestContext.live());
        int looks = 0;
        while (!stop.get()) {
            Map<RefName, RefTarget> seen = reader.refs().list(RefName.Kind.BRANCH);
            assertEquals(seen.get(MAIN), seen.get(other));
            looks++;
        }
        writer.join();
        assertTrue(looks > 10, () -> "too few looks to mean anything");
        assertEquals(62, reader.log().read().size());
    }

    /** Random transactions against a map; names are chosen so that directories and files get in each other's way. */
    @Property(tries = 60)
    void behavesAsAMap(@ForAll @Size(max = 25) List<@Size(min = 1, max = 3) List<@IntRange(max = 29) Integer>> rounds)
            throws IOException {
        List<String> names = List.of("a", "a/b", "a/b/c", "d", "d/e");
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Repository subject = create(memory.getPath("/work/.neon"));
            Map<RefName, RefTarget> model = new TreeMap<>(Map.of(MAIN, A));
            for (List<Integer> round : rounds) {
                Map<RefName, RefTarget> next = new HashMap<>(model);
                RefTransaction transaction = subject.refs().begin("random");
                boolean legal = true;
                for (int code : round.stream().distinct().toList()) {
                    RefName ref = RefName.branch(names.get(code % 5));
                    RefTarget target = code >= 15 ? B : A;
                    try {
                        switch (code / 5 % 3) {
                            case 0 -> {
                                transaction.create(ref, target);
                                legal &= next.put(ref, target) == null;
                            }
                            case 1 -> {
                                transaction.delete(ref, target);
                                legal &= target.equals(next.remove(ref));
                            }
                            default -> {
                                transaction.set(ref, target);
                                next.put(ref, target);
                            }
                        }
                    } catch (IllegalArgumentException twice) {
                        // A second wish for the same ref is refused at once, and the first one stands.
                    }
                }
                legal &= next.keySet().stream().noneMatch(ref -> next.keySet().stream()
                        .anyMatch(above -> ref.full().startsWith(above.full() + "/")));
                if (legal) {
                    transaction.commit();
                    model = new TreeMap<>(next);
                } else {
                    assertThrows(RuntimeException.class, transaction::commit);
                }
                assertEquals(model, subject.refs().list(RefName.Kind.BRANCH));
            }
        }
    }
}
