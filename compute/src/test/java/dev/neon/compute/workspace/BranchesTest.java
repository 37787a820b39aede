package dev.neon.compute.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.instance.Instance;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is lost with the name of a branch, and what keeps it. */
class BranchesTest {
    @TempDir
    Path directory;

    private TestWorkspace neon;

    @BeforeEach
    void sideHasWalOfItsOwn() throws Exception {
        neon = TestWorkspace.init(directory, 18);
        neon.branch("side", "main");
        neon.start("side");
        neon.execute("side", "CREATE TABLE t AS SELECT g a FROM generate_series(1, 100) g");
    }

    @AfterEach
    void end() {
        neon.close();
    }

    private Branches branches() {
        return neon.workspace().branches();
    }

    private boolean hasDataDirectory(TimelineId timeline) {
        return Files.exists(neon.workspace().repository().dataDirectory(timeline));
    }

    @Test
    void theLastNameIsOnlyTakenByForce() {
        TimelineId side = neon.timeline("side");
        assertThrows(BusyException.class, () -> branches().delete("side", true));
        assertThrows(BusyException.class, () -> branches().create("side", neon.resolve("main"), true));
        neon.branch("other", "main");
        assertThrows(BusyException.class, () -> branches().rename("other", "side", true));
        neon.stop("side");
        assertThrows(ConflictException.class, () -> branches().delete("side", false));
        assertTrue(hasDataDirectory(side));

        Branches.Dropped dropped = branches().rename("other", "side", true).orElseThrow();

        assertEquals(side, dropped.timeline());
        assertTrue(dropped.unshared() > 0);
        assertFalse(hasDataDirectory(side));
        assertEquals(Optional.empty(), branches().rename("side", "side", true));
    }

    @Test
    void movingABranchTellsWhatIsLost() {
        neon.stop("side");
        TimelineId side = neon.timeline("side");
        Branches.Dropped kept = branches().create("side", neon.resolve("side"), true).replaced().orElseThrow();
        assertEquals(0, kept.unshared(), "the new timeline goes on from its end");
        assertFalse(hasDataDirectory(side));

        neon.branch("again", side.hex());
        branches().delete("again", false);
        branches().create("again", neon.resolve(side.hex()), false);
        assertTrue(branches().create("side", neon.resolve("main"), true).replaced().isPresent());
        Branches.Dropped lost = branches().delete("again", true);
        assertTrue(lost.unshared() > 0, "it had no WAL of its own, and was the last name of what it began at");
    }

    @Test
    void aProtectedBranchIsNeitherDeletedNorReplaced() {
        neon.stop("side");
        branches().setProtected("side", true);
        assertThrows(ConflictException.class, () -> branches().delete("side", true));
        assertThrows(ConflictException.class, () -> branches().create("side", neon.resolve("main"), true));
        neon.branch("other", "main");
        assertThrows(ConflictException.class, () -> branches().rename("other", "side", true));
        branches().rename("side", "kept", false);
        assertThrows(ConflictException.class, () -> branches().delete("kept", true));
        neon.branch("side", "main");
        branches().delete("side", false);
        branches().setProtected("kept", false);
        branches().delete("kept", true);
        assertThrows(NotFoundException.class, () -> branches().setProtected("kept", true));
    }

    @Test
    void anExpiryGoesWithTheName() {
        neon.stop("side");
        Instant time = Instant.parse("2030-01-01T00:00:00Z");
        branches().create("try", neon.resolve("main"), false, Optional.of(time));
        assertEquals(Optional.of(time), expiry("try"));
        branches().rename("try", "side", true);
        assertEquals(Optional.of(time), expiry("side"));
        branches().create("try", neon.resolve("main"), false);
        assertEquals(Optional.empty(), expiry("try"));
        branches().create("side", neon.resolve("main"), true);
        assertEquals(Optional.empty(), expiry("side"), "the new one was not made to go");
        branches().setExpires("side", Optional.of(time));
        branches().delete("side", true);
        // What a crash left of another branch's settings does not take the next one away.
        neon.workspace().repository().config().set("branch.side.expires", "2000-01-01T00:00:00Z");
        branches().create("side", neon.resolve("main"), false);
        assertEquals(Optional.empty(), expiry("side"));
    }

    private Optional<Instant> expiry(String branch) {
        return neon.workspace().branchListing().list().stream().filter(entry -> entry.name().equals(branch)).findFirst()
                .orElseThrow().expires();
    }

    @Test
    void aForkOrATagAtTheEndKeepsAll() {
        neon.stop("side");
        TimelineId side = neon.timeline("side");
        neon.workspace().tags().create("end", neon.resolve("side"), Optional.empty(), false);
        assertEquals(0, branches().delete("side", false).unshared());
        assertFalse(hasDataDirectory(side));

        branches().create("side", neon.resolve("end"), false);
        neon.workspace().tags().delete("end");
        assertThrows(ConflictException.class, () -> branches().delete("side", false));
        assertTrue(branches().delete("side", true).unshared() > 0);
    }

    /** A server that was only started and stopped leaves its checkpoint, and what autovacuum does is nobody's work. */
    @Test
    void walInWhichNothingWasDoneIsNoReasonToStay() throws Exception {
        neon.branch("idle", "main");
        neon.start("idle");
        neon.execute("idle", "ANALYZE", "CHECKPOINT");
        neon.stop("idle");
        assertTrue(neon.workspace().timelines().ownBytes(neon.timeline("idle"), neon.resolve("idle").lsn()) > 0);
        assertEquals(0, branches().delete("idle", false).unshared());
    }

    @Test
    void aServerThatNeonDoesNotKnowIsRestarted() throws Exception {
        TimelineId side = neon.timeline("side");
        Instance known = neon.workspace().instances().require(side, "side");
        Files.delete(neon.workspace().repository().runDirectory().resolve(side + ".instance"));

        Instance found = neon.workspace().instances().require(side, "side");
        assertEquals(known.port(), found.port());
        assertEquals(known.listen(), found.listen());
        assertEquals(known.socketDirectory(), found.socketDirectory());
        neon.workspace().instances().restart(found, found.again(), TestWorkspace.STOP);

        assertEquals(List.of("100"), neon.query("side", "SELECT count(*) FROM t"));
    }
}
