package dev.neon.cli.workspace;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import java.util.Optional;

/**
 * What a user means who names a server: a branch, or what {@code neon ps} lists that is none. A branch wins.
 *
 * @param timeline the timeline of the server, which need not run
 * @param label    what it is called
 * @param branch   empty for a read-only server, and for one whose branch is gone
 */
public record ServerTarget(TimelineId timeline, String label, Optional<RefName> branch) {
    /**
     * The server on the branch named, else on HEAD's.
     *
     * @throws dev.neon.repo.error.NotFoundException if there is no such branch, and no server of that name
     */
    public static ServerTarget find(Workspace workspace, Optional<String> named) {
        if (named.isPresent() && workspace.resolver().branchNamed(named.get()).isEmpty()) {
            Optional<TimelineId> labelled = workspace.instances().labelled(named.get());
            if (labelled.isPresent()) {
                return new ServerTarget(labelled.get(), named.get(), Optional.empty());
            }
        }
        RefName branch = Workspaces.branch(workspace, named);
        return new ServerTarget(Workspaces.timeline(workspace, branch), branch.shortName(), Optional.of(branch));
    }

    /** @throws dev.neon.repo.error.NotFoundException if it does not run */
    public static Instance require(Workspace workspace, Optional<String> named) {
        ServerTarget target = find(workspace, named);
        return workspace.instances().require(target.timeline(), target.label());
    }
}
