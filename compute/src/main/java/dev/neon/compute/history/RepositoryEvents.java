package dev.neon.compute.history;

import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.CommitMessages;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the repository itself knows of timelines: forks, commits, tags and snapshots. */
final class RepositoryEvents {
    private final Workspace workspace;
    private final Map<TimelineId, List<LogEntry>> forksAndTags = new HashMap<>();

    RepositoryEvents(Workspace workspace) {
        this.workspace = workspace;
        Map<TimelineId, List<String>> names = branchNames();
        for (TimelineId timeline : workspace.repository().timelines().list()) {
            addFork(timeline, names.getOrDefault(timeline, List.of()));
        }
        workspace.repository().refs().listing(RefName.Kind.TAG).refs().forEach(this::addTag);
    }

    private List<LogEntry> commits(TimelineId timeline) {
        Repository repository = workspace.repository();
        List<LogEntry> commits = new ArrayList<>();
        new CommitMessages(repository.timelines(), repository.files()).of(timeline).forEach(message -> commits.add(
                new LogEntry.BranchCommit(timeline, message.lsn(), Optional.of(message.time()), message.branch(), message.who(),
                        message.text())));
        return commits;
    }

    private Map<TimelineId, List<String>> branchNames() {
        Map<TimelineId, List<String>> names = new HashMap<>();
        workspace.repository().refs().listing(RefName.Kind.BRANCH).refs().forEach((branch, target) ->
                names.computeIfAbsent(Branches.timelineOf(target), id -> new ArrayList<>()).add(branch.shortName()));
        return names;
    }

    private void addFork(TimelineId timeline, List<String> branches) {
        TimelineHistory child;
        try {
            child = workspace.repository().timelines().history(timeline);
        } catch (CorruptFileException damaged) {
            // It need not be one that is asked for; who asks for it is told.
            return;
        }
        // One that was made for a purpose is told by what was done with it.
        Optional<Ancestor> parent = child.purpose().isEmpty() ? child.parent() : Optional.empty();
        parent.ifPresent(fork -> add(new LogEntry.Fork(fork.timeline(), fork.forkPoint(), child.created(), timeline,
                branches, fork.reason())));
    }

    private void addTag(RefName name, RefTarget target) {
        if (target instanceof RefTarget.Point tag) {
            add(new LogEntry.Tag(tag.timeline(), tag.lsn(), tag.date(), name.shortName(), tag.author(), tag.message()));
        }
    }

    private void add(LogEntry event) {
        forksAndTags.computeIfAbsent(event.timeline(), id -> new ArrayList<>()).add(event);
    }

    /** Those of a span, by LSN, the newest first; at the same point what was done last comes first. */
    List<LogEntry> of(HistorySpan span) {
        List<LogEntry> events = new ArrayList<>(forksAndTags.getOrDefault(span.timeline(), List.of()));
        events.addAll(commits(span.timeline()));
        for (Snapshot snapshot : workspace.snapshots().list(span.timeline())) {
            events.add(new LogEntry.Snapshot(span.timeline(), snapshot.lsn(), Optional.of(workspace.snapshots().time(snapshot)),
                    snapshot.clean()));
        }
        events.removeIf(event -> event.lsn().isAfter(span.to()) || !isAfterBeginning(event.lsn(), span));
        events.sort(Comparator.comparing(LogEntry::lsn)
                .thenComparing(event -> event instanceof LogEntry.Snapshot ? 0 : 1)
                .thenComparing(event -> event.time().orElse(Instant.MIN)).reversed());
        return events;
    }

    private static boolean isAfterBeginning(Lsn lsn, HistorySpan span) {
        return lsn.isAfter(span.from()) || lsn.equals(span.from()) && span.isFromItsBeginning();
    }
}
