package dev.neon.cli.workspace;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import java.util.Optional;

/** The server that a command is to talk to. */
public final class RunningBranch {
    private RunningBranch() {}

    /**
     * The server on the branch named, else on HEAD's; also one that was started with {@code --read-only} on a revision.
     *
     * @throws dev.neon.repo.error.NotFoundException if there is none
     */
    public static Instance require(Workspace workspace, Optional<String> named) {
        Optional<TimelineId> readOnly = named.flatMap(workspace.instances()::labelled);
        if (readOnly.isPresent()) {
            return workspace.instances().require(readOnly.get(), named.get());
        }
        RefName branch = Workspaces.branch(workspace, named);
        return workspace.instances().require(Workspaces.timeline(workspace, branch), branch.shortName());
    }
}
