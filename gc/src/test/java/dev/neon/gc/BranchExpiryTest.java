package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.gc.BranchExpiry.Expired;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BranchExpiryTest {
    private static final RefName TRY = RefName.branch("try");
    private static final RefName LATER = RefName.branch("later");

    @TempDir
    Path directory;

    private TestHistory history;

    @BeforeEach
    void make() {
        history = new TestHistory(directory);
        history.repository().refs().begin("test").create(TRY, new RefTarget.Timeline(TestHistory.SIDE))
                .create(LATER, new RefTarget.Timeline(TestHistory.SIDE)).commit();
        settings().setExpires(TRY, Optional.of(history.now()));
        settings().setExpires(LATER, Optional.of(history.now().plusSeconds(1)));
    }

    private BranchSettings settings() {
        return new BranchSettings(history.repository().config());
    }

    private BranchExpiry expiry() {
        return new BranchExpiry(history.repository(), _ -> false);
    }

    private List<RefName> branches() {
        return List.copyOf(new TreeMap<>(history.repository().refs().list(RefName.Kind.BRANCH)).keySet());
    }

    @Test
    void deletesWhatHasExpired() {
        List<Expired> expected = List.of(new Expired(TRY, TestHistory.SIDE, history.now(), Optional.empty()));
        assertEquals(List.of(), expiry().find(history.now().minusMillis(1)));
        assertEquals(expected, expiry().find(history.now()));
        assertEquals(List.of(LATER, TestHistory.BRANCH, TRY), branches());
        assertEquals(expected, expiry().delete(history.now()));
        assertEquals(List.of(LATER, TestHistory.BRANCH), branches());
        Operation newest = history.repository().log().read().getFirst();
        assertEquals("expired: branch try", newest.command());
        assertEquals(1, newest.changes().size());
        assertEquals(Optional.empty(), settings().expires(TRY), "another branch of that name is not to go");
        assertEquals(List.of(Root.ofEnd("operation log: try until 2026-11-21T07:35:31Z", TestHistory.SIDE)),
                history.roots().others());
    }

    @Test
    void passesOverWhatIsInUse() {
        settings().setProtected(TRY, true);
        settings().setExpires(TestHistory.BRANCH, Optional.of(history.now()));
        List<Expired> kept = new BranchExpiry(history.repository(), TestHistory.SIDE::equals)
                .delete(history.now().plus(Duration.ofDays(1)));
        assertEquals(List.of("a server is running on it", "HEAD is on it", "it is protected"),
                kept.stream().map(expired -> expired.kept().orElse("")).toList());
        assertEquals(3, branches().size());
    }

    @Test
    void whoExtendsABranchMeanwhileIsHeard() {
        Repository opened = history.repository();
        settings().setExpires(TRY, Optional.empty());
        assertEquals(List.of(), new BranchExpiry(opened, _ -> false).delete(history.now()));
    }

    @Test
    void aWrongTimeKeepsTheBranch() {
        history.repository().config().set("branch.try.expires", "soon");
        assertEquals(List.of(), expiry().delete(history.now()));
        assertTrue(history.warnings().getFirst().contains("branch.try.expires"), history.warnings().toString());
    }
}
