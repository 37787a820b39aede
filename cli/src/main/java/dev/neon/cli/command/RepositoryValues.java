package dev.neon.cli.command;

import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import java.util.ArrayList;
import java.util.List;

/** What completion offers from the repository at hand. */
final class RepositoryValues implements LiveValues {
    @Override
    public List<String> of(ValueKind kind, Invocation invocation) {
        Workspace workspace = Workspaces.openWithoutFetching(invocation);
        return switch (kind) {
            case TEXT, FILE, DIRECTORY, COMMAND, REMOTES -> List.of();
            case BRANCHES -> names(workspace, RefName.Kind.BRANCH);
            case TAGS -> names(workspace, RefName.Kind.TAG);
            case REVISIONS -> revisions(workspace);
            case RUNNING -> workspace.instances().list().stream()
                    .filter(server -> server.state() == Instance.State.RUNNING)
                    .map(server -> server.instance().label()).toList();
            case TIMELINES -> workspace.repository().timelines().list().stream().map(TimelineId::hex).toList();
            case SNAPSHOTS -> workspace.repository().timelines().list().stream()
                    .flatMap(timeline -> workspace.snapshots().list(timeline).stream())
                    .map(snapshot -> snapshot.timeline() + "@" + snapshot.lsn()).toList();
        };
    }

    private static List<String> revisions(Workspace workspace) {
        List<String> names = new ArrayList<>(List.of("HEAD"));
        for (RefName.Kind kind : List.of(RefName.Kind.BRANCH, RefName.Kind.TAG, RefName.Kind.REMOTE_BRANCH)) {
            names.addAll(names(workspace, kind));
        }
        return names;
    }

    private static List<String> names(Workspace workspace, RefName.Kind kind) {
        return workspace.repository().refs().list(kind).keySet().stream().map(RefName::shortName).toList();
    }
}
