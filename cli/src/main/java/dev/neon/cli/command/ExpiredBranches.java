package dev.neon.cli.command;

import dev.neon.cli.framework.Invocation;
import dev.neon.compute.workspace.Workspace;
import dev.neon.gc.BranchExpiry;
import dev.neon.gc.BranchExpiry.Expired;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.time.Instant;
import java.util.List;

/** Deletes branches whose time is over, with their data directories. */
final class ExpiredBranches {
    private final Workspace workspace;
    private final Invocation invocation;

    ExpiredBranches(Workspace workspace, Invocation invocation) {
        this.workspace = workspace;
        this.invocation = invocation;
    }

    /** Deletes them, or only finds out which they are. */
    List<Expired> run(boolean isDryRun) {
        Instant now = invocation.environment().clock().instant();
        BranchExpiry expiry = new BranchExpiry(workspace.repository(),
                timeline -> workspace.instances().find(timeline).isPresent());
        if (isDryRun) {
            return expiry.find(now);
        }
        List<Expired> expired = expiry.delete(now);
        expired.stream().filter(branch -> branch.kept().isEmpty()).forEach(this::discardDataDirectory);
        return expired;
    }

    void json(List<Expired> expired) {
        invocation.output().json(out -> out.array(expired, branch -> out.object(() -> out
                .put("name", branch.branch().shortName()).put("timeline", branch.timeline().hex())
                .put("expired", branch.expired().toString()).put("kept", branch.kept()))));
    }

    void print(List<Expired> expired, boolean isDryRun) {
        expired.forEach(branch -> invocation.output().line(branch.kept().map(reason -> "kept expired branch "
                        + branch.branch().shortName() + ": " + reason)
                .orElse((isDryRun ? "would delete" : "deleted") + " expired branch " + branch.branch().shortName() + " (was "
                        + branch.timeline() + ')')));
    }

    /** Nobody would find it without a name; its WAL stays. */
    private void discardDataDirectory(Expired expired) {
        boolean hasName = workspace.repository().refs().list(RefName.Kind.BRANCH)
                .containsValue(new RefTarget.Timeline(expired.timeline()));
        if (!hasName) {
            workspace.instances().discard(expired.timeline());
        }
    }
}
