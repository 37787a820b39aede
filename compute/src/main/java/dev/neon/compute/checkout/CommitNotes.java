package dev.neon.compute.checkout;

import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.OperationStack;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.CommitOperations;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.CommitMessages;
import java.util.List;
import java.util.Optional;

/** The messages of commits that are taken back, and made again: they are there for those in force. */
final class CommitNotes {
    private final Repository repository;
    private final CommitMessages messages;

    CommitNotes(Workspace workspace) {
        this.repository = workspace.repository();
        this.messages = new CommitMessages(repository.timelines(), repository.files());
    }

    /**
     * Does what follows from an undo, a redo or a restore, which has happened. What fails is a warning: gc removes what may be left.
     *
     * @param before    the log without that, newest first
     * @param operation that was taken back, repeated or gone back to
     */
    void settle(List<Operation> before, Operation operation) {
        try {
            List<Operation> log = repository.log().read();
            CommitOperations commits = new CommitOperations(repository.timelines(), log);
            boolean isRestored = OperationStack.isRestore(operation) || log.size() > before.size() && OperationStack.isRestore(log.getFirst());
            (isRestored ? log : List.of(operation)).stream().filter(CommitOperations::isCommit).forEach(commit -> settle(commits, commit));
        } catch (NeonException failure) {
            repository.context().warnings().tell("the messages of commits were left as they were: " + failure.getMessage());
        }
    }

    private void settle(CommitOperations commits, Operation commit) {
        Optional<Ancestor> point = commits.point(commit);
        if (point.isEmpty()) {
            return;
        }
        Optional<CommitMessages.Message> held = messages.at(point.get().timeline(), point.get().forkPoint());
        if (held.isEmpty() && commits.isInForce(commit)) {
            messages.add(point.get().timeline(), commits.message(commit).orElseThrow());
        } else if (held.isPresent() && !commits.isInForce(held.get())) {
            messages.remove(point.get().timeline(), point.get().forkPoint());
        }
    }
}
