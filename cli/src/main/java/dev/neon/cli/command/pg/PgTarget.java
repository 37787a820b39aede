package dev.neon.cli.command.pg;

import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import java.util.Optional;

/** A branch as the older workflow sees it: a named instance with a path and a port. */
record PgTarget(String name, TimelineId timeline, Optional<Instance> server) {
    static PgTarget of(Workspace workspace, String name) {
        RefName branch = Workspaces.branch(workspace, Optional.of(name));
        TimelineId timeline = workspace.timelines().writable(branch, Workspaces.timeline(workspace, branch));
        return new PgTarget(branch.shortName(), timeline, workspace.instances().find(timeline));
    }
}
