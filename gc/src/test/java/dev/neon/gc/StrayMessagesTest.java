package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.OperationStack;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.CommitMessages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which messages of commits stay: of those that are in force, and of those of which the log tells nothing any more. */
class StrayMessagesTest {
    @TempDir
    Path directory;

    private TestHistory history;

    @BeforeEach
    void make() {
        history = new TestHistory(directory);
        history.sleep(Duration.ofMinutes(1));
    }

    private void message(long lsn, String text) {
        Repository repository = history.repository();
        new CommitMessages(repository.timelines(), repository.files()).add(TestHistory.MAIN,
                new CommitMessages.Message(new Lsn(lsn), history.now(), "tester", "main", text));
    }

    /** As a commit moves a branch; the timeline is collected at once. */
    private void move(String command) {
        moveAtOnce(command);
        history.sleep(Duration.ofMinutes(1));
    }

    private void moveAtOnce(String command) {
        history.repository().refs().begin(command).set(TestHistory.BRANCH, new RefTarget.Timeline(TimelineId.random())).commit();
    }

    private Operation newest() {
        return history.repository().log().read().getFirst();
    }

    private void requireAfter(Duration time, String... texts) {
        history.sleep(time);
        Repository repository = history.repository();
        new StrayMessages(repository).remove();
        assertEquals(List.of(texts), new CommitMessages(repository.timelines(), repository.files()).of(TestHistory.MAIN).stream()
                .map(CommitMessages.Message::text).toList());
    }

    @Test
    void aCrashBetweenMessageAndBranch() {
        message(0x3000, "made");
        move("commit: made");
        message(0x4000, "not made");
        requireAfter(Duration.ofMinutes(10), "made", "not made");
        requireAfter(Duration.ofHours(1), "made");
    }

    @Test
    void whatWasTakenBack() {
        message(0x3000, "one");
        move("commit: one");
        Operation one = newest();
        message(0x4000, "two");
        move("commit: two");
        Operation two = newest();
        message(0x5000, "three");
        move("commit: three");
        Operation three = newest();
        move(OperationStack.undoOf(three));
        move(OperationStack.undoOf(two));
        move(OperationStack.redoOf(two));
        requireAfter(Duration.ofHours(2), "one", "two");
        move(OperationStack.restoreOf(one));
        Operation restore = newest();
        move(OperationStack.undoOf(restore));
        requireAfter(Duration.ofHours(2), "one", "two");
        move(OperationStack.redoOf(restore));
        requireAfter(Duration.ofHours(2), "one");
    }

    /** As a script may do it. */
    @Test
    void takenBackAndMadeAgainInTheSameSecond() {
        message(0x3000, "same");
        moveAtOnce("commit: same");
        moveAtOnce(OperationStack.undoOf(newest()));
        message(0x3000, "same");
        moveAtOnce("commit: same");
        Operation again = newest();
        requireAfter(Duration.ofHours(2), "same");
        move(OperationStack.undoOf(again));
        requireAfter(Duration.ofHours(2));
    }

    /** The timeline that a branch got tells the point. */
    @Test
    void theSameWordsTwice() {
        message(TestHistory.FORK.value(), "same");
        message(0x4000, "same");
        history.repository().refs().begin("commit: same").set(TestHistory.BRANCH, new RefTarget.Timeline(TestHistory.SIDE)).commit();
        history.sleep(Duration.ofHours(2));
        Repository repository = history.repository();
        new StrayMessages(repository).remove();
        assertEquals(List.of(TestHistory.FORK), new CommitMessages(repository.timelines(), repository.files()).of(TestHistory.MAIN).stream()
                .map(CommitMessages.Message::lsn).toList());
    }

    /** What is older than the log was in force as far as anybody knows, and what others own is told by their logs. */
    @Test
    void whatTheLogDoesNotKnow() {
        history.sleep(Duration.ofDays(-1));
        message(0x3000, "old");
        history.sleep(Duration.ofDays(2));
        requireAfter(Duration.ZERO, "old");
        message(0x4000, "stray");
        history.repository().config().set("core.repositoryId", "1".repeat(32));
        requireAfter(Duration.ofHours(2), "old", "stray");
    }
}
