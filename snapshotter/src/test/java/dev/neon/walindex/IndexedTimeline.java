package dev.neon.walindex;

import dev.neon.repo.Lsn;
import dev.neon.repo.TestContext;
import dev.neon.repo.TimelineId;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.wal.CraftedWal;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Timelines of a repository whose WAL a test writes. */
final class IndexedTimeline {
    private final Repository repository;
    private final TimelineHistory history;

    private IndexedTimeline(Repository repository, TimelineHistory history) {
        this.repository = repository;
        this.history = history;
    }

    static IndexedTimeline root(Path directory) {
        TimelineId id = TimelineId.random();
        Repository repository = Repository.create(directory.resolve(".neon"), TestContext.live(),
                fresh -> fresh.timelines().create(new TimelineHistory(id, Optional.of(fresh.id()), Optional.empty(),
                        Optional.empty(), Optional.empty(), List.of()), Map.of()));
        return new IndexedTimeline(repository, repository.timelines().history(id));
    }

    IndexedTimeline fork(Lsn at) {
        TimelineHistory child = history.fork(TimelineId.random(), repository.id(), at, "branch", TestContext.NOW,
                Optional.empty());
        repository.timelines().create(child, Map.of());
        return new IndexedTimeline(repository, child);
    }

    Path walDirectory() {
        return repository.timelines().walDirectory(history.id());
    }

    Path indexDirectory() {
        return repository.timelines().walIndexDirectory(history.id());
    }

    private WalSource source(CraftedWal wal) {
        List<WalSpan> spans = new ArrayList<>();
        Lsn from = Lsn.ZERO;
        for (var ancestor : history.ancestors()) {
            spans.add(new WalSpan(repository.timelines().walDirectory(ancestor.timeline()), from,
                    Optional.of(ancestor.forkPoint())));
            from = ancestor.forkPoint();
        }
        spans.add(new WalSpan(walDirectory(), from, Optional.empty()));
        return WalSource.of(wal.identity(), spans);
    }

    /** Writes the WAL to the timeline's directory and opens the index. */
    WalIndex open(CraftedWal wal) throws IOException {
        wal.writeTo(walDirectory());
        return openUpTo(wal, wal.end());
    }

    WalIndex openUpTo(CraftedWal wal, Lsn end) {
        return WalIndex.open(repository, history.id(), source(wal), end);
    }
}
