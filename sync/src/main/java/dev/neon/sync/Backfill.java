package dev.neon.sync;

import dev.neon.repo.PromisedPart;
import dev.neon.repo.TimelineId;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.PromisedParts;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.SnapshotStore;
import java.time.Duration;
import java.util.List;

/** Makes a lazy clone an ordinary one. */
public final class Backfill {
    private static final Duration WAIT = Duration.ofMinutes(2);

    private final Repository repository;
    private final PromisedParts promised;

    public Backfill(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.promised = new SnapshotStore(repository, wal).promised();
    }

    /**
     * Fetches all that is promised. From then on no remote is a promisor, so what is fetched later comes whole.
     *
     * @return bytes that were missing
     */
    public long run() {
        long bytes = 0;
        while (true) {
            List<PromisedPart> missing = promised.missing();
            bytes += missing.stream().mapToLong(PromisedPart::bytes).sum();
            promised.bring(missing);
            try (LockFile _ = repository.lock(Receiver.LOCK, WAIT)) {
                // A fetch may have left more meanwhile.
                if (promised.missing().isEmpty()) {
                    finish();
                    return bytes;
                }
            }
        }
    }

    private void finish() {
        Remotes remotes = new Remotes(repository.config());
        remotes.promisors().forEach(remote -> remotes.setPromisor(remote.name(), false));
        for (TimelineId timeline : repository.timelines().list()) {
            if (repository.promises().of(timeline).isPresent()) {
                repository.promises().remove(timeline);
            }
        }
    }
}
