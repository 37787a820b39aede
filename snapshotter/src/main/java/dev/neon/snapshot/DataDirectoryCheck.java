package dev.neon.snapshot;

import dev.neon.postgres.ClusterState;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Looks at a data directory that is there before a server is started on it. */
public final class DataDirectoryCheck {
    private static final String REMOVE_IT =
            "Remove the data directory; 'neon start' makes it again from the repository.";

    private final Repository repository;
    private final RepositoryWal wal;

    public DataDirectoryCheck(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
    }

    /** Whether the timeline's data directory was never forced to disk, and the machine has been restarted since. */
    public boolean isUnreliable(TimelineId timeline) {
        return UnsyncedMark.isOfEarlierBoot(repository, repository.dataDirectory(timeline));
    }

    /**
     * Makes sure that PostgreSQL would continue the timeline's WAL, and says where the directory stands if its server was
     * shut down although WAL goes on: so it must not be started, as PostgreSQL would overwrite that WAL in silence.
     *
     * @param tip the end of the timeline's WAL
     * @return the end of the shutdown's checkpoint, if that is before the tip
     * @throws UnsupportedException if the directory belongs to another cluster or major version
     * @throws ConflictException    if its checkpoint is not in the timeline's WAL
     */
    public Optional<Lsn> stoppedBefore(TimelineId timeline, Lsn tip) {
        Path directory = repository.dataDirectory(timeline);
        ControlFile control = ControlFile.read(directory.resolve(DataDirectoryFiles.CONTROL_FILE));
        requireSameCluster(directory, control, wal.identity(timeline));
        requireOwnWal(timeline, directory);
        Lsn checkpointEnd = requireOwnCheckpoint(timeline, directory, control);
        return control.state() == ClusterState.SHUTDOWNED && tip.isAfter(checkpointEnd) ? Optional.of(checkpointEnd)
                : Optional.empty();
    }

    /** Has PostgreSQL replay the WAL behind a shutdown: the control file says "in production" from now on. */
    public void letReplay(TimelineId timeline) {
        Path file = repository.dataDirectory(timeline).resolve(DataDirectoryFiles.CONTROL_FILE);
        repository.files().replace(file, ControlFile.read(file).inProduction());
    }

    /** With any other {@code pg_wal}, what the server writes would not be in the repository. */
    private void requireOwnWal(TimelineId timeline, Path directory) {
        Path link = directory.resolve(DataDirectoryFiles.WAL_DIRECTORY);
        try {
            if (!Files.exists(link) || !Files.isSameFile(link, repository.timelines().walDirectory(timeline))) {
                throw new ConflictException("'" + link + "' is not the timeline's wal directory", REMOVE_IT);
            }
        } catch (IOException e) {
            throw new StorageFailedException("follow", link, e);
        }
    }

    private static void requireSameCluster(Path directory, ControlFile control, ClusterIdentity expected) {
        if (control.major().number() != expected.major()) {
            throw new UnsupportedException("data directory '" + directory + "' is of PostgreSQL "
                    + control.major().number() + ", the timeline of PostgreSQL " + expected.major(), REMOVE_IT);
        }
        if (control.systemIdentifier() != expected.systemIdentifier()) {
            throw new UnsupportedException("data directory '" + directory + "' belongs to cluster "
                    + Long.toUnsignedString(control.systemIdentifier()) + ", the timeline to cluster "
                    + Long.toUnsignedString(expected.systemIdentifier()), REMOVE_IT);
        }
    }

    private Lsn requireOwnCheckpoint(TimelineId timeline, Path directory, ControlFile control) {
        Lsn start = control.checkPointLsn();
        try {
            byte[] record = wal.mainData(timeline, start);
            if (control.checkPointMatches(record)) {
                return wal.recordEnd(timeline, start);
            }
        } catch (NeonException unreadable) {
            throw new ConflictException("data directory '" + directory + "' has its last checkpoint at " + start
                    + ", where the timeline's WAL has no readable record: " + unreadable.getMessage(), REMOVE_IT);
        }
        throw new ConflictException("data directory '" + directory + "' has another checkpoint at " + start
                + " than the timeline's WAL", REMOVE_IT);
    }
}
