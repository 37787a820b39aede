package dev.neon.compute.instance;

import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the servers are called: refs may have been renamed, moved or deleted since one was started. */
final class ServerLabels {
    private final Map<TimelineId, List<String>> branches = new HashMap<>();

    ServerLabels(Repository repository) {
        repository.refs().list(RefName.Kind.BRANCH).forEach((ref, target) -> {
            if (target instanceof RefTarget.Timeline timeline) {
                branches.computeIfAbsent(timeline.id(), id -> new ArrayList<>()).add(ref.shortName());
            }
        });
        Head.read(repository.refs()).ifPresent(head -> {
            if (head instanceof Head.Temporary temporary) {
                branches.computeIfAbsent(temporary.timeline(), _ -> new ArrayList<>()).add(RefName.HEAD.full());
            }
        });
    }

    /**
     * The instance under the name that finds it: of the branches on its timeline the one that it was started by, if
     * that is still there, else the first, or HEAD on a temporary timeline; the timeline's id if there is none. A read-only server keeps its revision.
     */
    Instance of(Instance instance) {
        List<String> names = branches.getOrDefault(instance.timeline(), List.of());
        if (instance.readOnly() || names.contains(instance.label())) {
            return instance;
        }
        return instance.labelled(names.isEmpty() ? instance.timeline().hex() : names.getFirst());
    }
}
