package dev.neon.repo.repository;

import dev.neon.repo.TestContext;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.FileSteps;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.timeline.Ancestor;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads what earlier versions wrote, without writing, and then writes on. */
class GoldenRepositoryTest {
    private static final Path GOLDEN = Path.of("../testdata/repositories");
    private static final TimelineId DRAFT_MAIN = new TimelineId("76cf9279915be7797095241638e64644aabbccdd");
    private static final TimelineId MAIN = new TimelineId("76cf9279915be7797095241638e64644");
    private static final TimelineId CHILD = new TimelineId("ab".repeat(16));

    /** A file system that is mounted read-only. */
    private static final FileSteps NO_STEPS = (FileSteps) Proxy.newProxyInstance(FileSteps.class.getClassLoader(),
            new Class<?>[] {FileSteps.class}, (_, method, _) -> {
                throw new AssertionError("a reader wrote: " + method.getName());
            });

    @Test
    void draft() {
        checkDraft(Repository.open(GOLDEN.resolve("draft"), TestContext.live(NO_STEPS)));
    }

    private static void checkDraft(Repository draft) {
        assertEquals(0, draft.formatVersion());
        assertEquals(draft.id(), draft.id());
        assertEquals(Optional.of(new RefTarget.Symbolic(RefName.branch("main"))), draft.refs().read(RefName.HEAD));
        assertEquals(new RefTarget.Timeline(DRAFT_MAIN), draft.refs().list(RefName.Kind.BRANCH)
                .get(RefName.branch("main")));
        assertEquals(3, draft.refs().list(RefName.Kind.BRANCH).size());
        assertEquals(Optional.of(RefTarget.Point.of(DRAFT_MAIN, Lsn.parse("0/15ECF68"))),
                draft.refs().read(RefName.tag("v1")));
        assertEquals(List.of(), draft.timelines().history(DRAFT_MAIN).ancestors());
        TimelineId old = new TimelineId("cd".repeat(20));
        assertEquals(List.of(new Ancestor(DRAFT_MAIN, Lsn.parse("0/15ECF68"), ""),
                new Ancestor(new TimelineId("ab".repeat(20)), Lsn.parse("0/16B3D40"), "")),
                draft.timelines().history(old).ancestors());
        assertEquals(Optional.empty(), draft.timelines().history(old).cluster());
        assertEquals(List.of(), draft.log().read());
    }

    @Test
    void draftIsWrittenOn(@TempDir Path directory) {
        Repository copy = copy("draft", directory);
        copy.refs().begin("branch x").create(RefName.branch("x"), new RefTarget.Timeline(DRAFT_MAIN)).commit();
        copy.refs().begin("branch -d x").delete(RefName.branch("x"), new RefTarget.Timeline(DRAFT_MAIN)).commit();
        copy.config().set("postgres.port", "1");
        assertEquals(2, copy.log().read().size());
        assertEquals(0, Repository.open(copy.directory(), TestContext.live()).formatVersion());
    }

    @Test
    void version1() {
        checkVersion1(Repository.open(GOLDEN.resolve("version1"), TestContext.live(NO_STEPS)));
    }

    private static void checkVersion1(Repository repository) {
        assertEquals(1, repository.formatVersion());
        assertEquals("0f".repeat(16), repository.id().hex());
        assertEquals(List.of(RefName.branch("main"), RefName.branch("team")),
                List.copyOf(repository.refs().list(RefName.Kind.BRANCH).keySet()));
        assertEquals(Optional.of(new RefTarget.Point(MAIN, Lsn.parse("0/15ECF68"), Optional.of("before\nthe migration"),
                Optional.of(Instant.parse("2026-11-21T07:35:31Z")), Optional.of("heikki"))),
                repository.refs().read(RefName.tag("v1")));
        assertEquals(Optional.of(RefTarget.Point.of(MAIN, Lsn.parse("0/16B3D40"))),
                repository.refs().read(RefName.remoteBranch("origin", "main")));
        assertEquals(Optional.of(new Ancestor(MAIN, Lsn.parse("0/15ECF68"), "branch team/heikki main")),
                repository.timelines().history(CHILD).parent());
        assertEquals(Optional.of("read-only"), repository.timelines().history(CHILD).purpose());
        assertEquals(Optional.of(new ClusterIdentity(18, 7437000000000000001L, 1 << 24, true, 1)),
                repository.timelines().history(MAIN).cluster());
        assertEquals(3, repository.log().read().size());
    }

    @Test
    void theInterruptedRenameIsCompletedByTheNextWriter(@TempDir Path directory) throws IOException {
        Repository copy = copy("version1", directory);
        copy.refs().begin("probe").set(RefName.HEAD, new RefTarget.Timeline(MAIN)).commit();
        assertTrue(Files.notExists(copy.directory().resolve("logs/pending")));
        assertEquals(CHILD + "\n", Files.readString(copy.directory().resolve("refs/branches/team")));
        assertEquals(4, copy.log().read().size());
    }

    private static Repository copy(String name, Path directory) {
        DurableFiles files = new DurableFiles(new NioFileSteps());
        files.copyTree(GOLDEN.resolve(name), directory.resolve("copy"), _ -> true);
        return Repository.open(directory.resolve("copy"), TestContext.live());
    }
}
