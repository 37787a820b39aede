package dev.neon.compute.history;

import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.walindex.WalIndex;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happened in a repository, newest first. On one timeline entries come by LSN. Between timelines they come by time,
 * but nothing before what was built upon it: clocks that go back cannot turn a history round. Used by one thread.
 */
public final class HistoryLog {
    private final Workspace workspace;
    private final Map<TimelineId, SpanEntries> spans = new LinkedHashMap<>();
    /** The timelines that are told and go on from another one. */
    private final Map<TimelineId, List<SpanEntries>> children = new HashMap<>();
    private final Map<TimelineId, WalIndex> indexes = new HashMap<>();
    /** The time of a timeline's last entry: a later one of an older entry does not bring it forward. */
    private final Map<TimelineId, Instant> reached = new HashMap<>();
    private final RefLabels labels;

    private HistoryLog(Workspace workspace) {
        this.workspace = workspace;
        this.labels = RefLabels.of(workspace);
    }

    /** Begins to tell a range; WAL is read, and its index brought up to date, when the first entry is asked for. */
    public static HistoryLog of(Workspace workspace, LogRange range, LogFilter filter) {
        HistoryLog log = new HistoryLog(workspace);
        RepositoryEvents events = new RepositoryEvents(workspace);
        for (HistorySpan span : HistorySpan.of(workspace, range)) {
            log.add(new SpanEntries(span, filter, () -> log.index(span), events.of(span)));
        }
        return log;
    }

    private void add(SpanEntries entries) {
        spans.put(entries.span().timeline(), entries);
        entries.span().parent().ifPresent(parent ->
                children.computeIfAbsent(parent.timeline(), id -> new ArrayList<>()).add(entries));
    }

    private WalIndex index(HistorySpan span) {
        return indexes.computeIfAbsent(span.tip().timeline(), tip -> WalIndex.open(workspace.repository(), tip,
                workspace.wal().source(tip), span.tip().lsn()));
    }

    /**
     * An entry in its place.
     *
     * @param labels the refs whose newest entry it is, as git writes them: {@code HEAD -> main}, {@code origin/main}
     */
    public record Told(LogEntry entry, List<String> labels) {}

    /** The next entry; empty at the end. */
    public Optional<Told> next() {
        Optional<SpanEntries> newest = Optional.empty();
        Instant latest = Instant.MIN;
        for (SpanEntries span : spans.values()) {
            if (span.peek().isPresent() && !isBuiltUpon(span)) {
                Instant time = time(span);
                if (newest.isEmpty() || time.isAfter(latest)) {
                    newest = Optional.of(span);
                    latest = time;
                }
            }
        }
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        LogEntry entry = newest.get().take();
        reached.put(entry.timeline(), latest);
        return Optional.of(new Told(entry, labels.take(entry, this)));
    }

    private Instant time(SpanEntries span) {
        Instant before = reached.getOrDefault(span.span().timeline(), Instant.MAX);
        Instant own = span.peek().orElseThrow().time().orElse(before);
        return own.isBefore(before) ? own : before;
    }

    /** Whether a timeline that goes on from the next entry, or from a later one, still has something to tell. */
    private boolean isBuiltUpon(SpanEntries span) {
        Lsn lsn = span.peek().orElseThrow().lsn();
        for (SpanEntries child : childrenOf(span)) {
            if (!lsn.isAfter(child.span().parent().orElseThrow().forkPoint()) && hasMore(child)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasMore(SpanEntries span) {
        return span.peek().isPresent() || childrenOf(span).stream().anyMatch(this::hasMore);
    }

    private List<SpanEntries> childrenOf(SpanEntries span) {
        return children.getOrDefault(span.span().timeline(), List.of());
    }

    /** Whether a timeline that is told is told up to its end. */
    boolean reachesEndOf(TimelineId timeline) {
        Optional<HistorySpan> told = spanOf(timeline).map(SpanEntries::span);
        return told.isPresent() && (told.get().isOfBranch()
                || !told.get().to().isBefore(workspace.positions().end(timeline)));
    }

    private Optional<SpanEntries> spanOf(TimelineId timeline) {
        return Optional.ofNullable(spans.get(timeline));
    }

    /** Whether an entry that is not wanted stands between a point of a timeline and its entries that follow. */
    boolean isPassedOver(TimelineId timeline, Lsn from) {
        return spanOf(timeline).flatMap(SpanEntries::passedOver).filter(lsn -> !lsn.isAfter(from)).isPresent();
    }

    /** The LSN of the next entry of a timeline; empty if there is none, or the timeline is not told. */
    public Optional<Lsn> nextOn(TimelineId timeline) {
        return spanOf(timeline).flatMap(SpanEntries::peek).map(LogEntry::lsn);
    }

    /** Where the history of a timeline that is told goes on when its own part is over. */
    public Optional<Ancestor> before(TimelineId timeline) {
        return spanOf(timeline).map(SpanEntries::span).filter(HistorySpan::isFromItsBeginning)
                .flatMap(HistorySpan::parent);
    }
}
