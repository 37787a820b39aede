package dev.neon.snapshot;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.TimelineHistory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes timelines that begin in others. */
public final class TimelineForks {
    private final Repository repository;
    private final RepositoryWal wal;

    public TimelineForks(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
    }

    /**
     * Makes a timeline that begins at a point, whatever the size of the database: a history file and a copy of the
     * settings. Until something names it, a lease has to keep it.
     *
     * @param child   its id, which nothing has yet
     * @param parent  whose point it is: not before its own fork
     * @param reason  goes into the history
     * @param purpose marks a timeline that is not to last
     */
    public void fork(TimelineId child, TimelineId parent, Lsn at, String reason, Optional<String> purpose) {
        // A running server may have handed out this WAL to the operating system only.
        List<Path> written = wal.segmentBefore(parent, at).map(List::of).orElse(List.of());
        TimelineHistory history = repository.timelines().history(parent).fork(child, repository.ownId(), at, reason,
                repository.context().clock().instant(), purpose);
        repository.timelines().create(withCluster(history, parent), new TimelineSettings(repository).current(parent), written);
    }

    private TimelineHistory withCluster(TimelineHistory history, TimelineId parent) {
        return history.cluster().isPresent() ? history : new TimelineHistory(history.id(), history.owner(),
                Optional.of(wal.identity(parent)), history.created(), history.purpose(), history.ancestors());
    }
}
