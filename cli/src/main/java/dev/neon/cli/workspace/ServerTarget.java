package dev.neon.cli.workspace;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import java.util.Optional;

/**
 * What a user means who names a server: a branch, or what {@code neon ps} lists that is none. A branch wins.
 *
 * @param timeline the timeline of the server, which need not run
 * @param label    what it is called
 * @param ref      the branch, or HEAD on a temporary timeline; empty for a read-only server, and for one whose branch is gone
 */
public record ServerTarget(TimelineId timeline, String label, Optional<RefName> ref) {
    /**
     * The server on the branch named, else on the one that HEAD is on, or on HEAD's temporary timeline.
     *
     * @throws dev.neon.repo.error.NotFoundException if there is no such branch, and no server of that name
     */
    public static ServerTarget find(Workspace workspace, Optional<String> named) {
        if (named.isEmpty() || named.get().equals(RefName.HEAD.full())) {
            Head head = Workspaces.head(workspace);
            if (head instanceof Head.Temporary temporary) {
                return new ServerTarget(temporary.timeline(), RefName.HEAD.full(), Optional.of(RefName.HEAD));
            }
        }
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
