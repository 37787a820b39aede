package dev.neon.gc;

import dev.neon.gc.SweepPlan.Kind;
import dev.neon.gc.SweepPlan.Removal;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Deletes without the trash. Takes no room on the disk, not even for a moment. */
final class ForGood implements GarbageCollection.Way {
    private final Repository repository;
    private final CollectedWal collected;
    /** Has lost its name, and is to be deleted. */
    private final List<Path> doomed = new ArrayList<>();

    ForGood(Repository repository, CollectedWal collected) {
        this.repository = repository;
        this.collected = collected;
    }

    @Override
    public void remove(List<Removal> removals) {
        try {
            collected.record(removals);
        } catch (StorageFailedException full) {
            // It is room that is asked for; fsck will miss what is not written down.
            repository.context().warnings().tell(full.getMessage());
        }
        Set<Path> changed = new LinkedHashSet<>();
        for (Removal removal : removals) {
            try {
                takeAway(removal);
            } catch (NoSuchFileException gone) {
                continue;
            } catch (IOException failure) {
                throw new StorageFailedException("remove", removal.path(), failure);
            }
            changed.add(removal.path().getParent());
        }
        try {
            repository.files().steps().syncAll(List.copyOf(changed));
        } catch (IOException failure) {
            throw new StorageFailedException("sync", removals.getFirst().path(), failure);
        }
    }

    private void takeAway(Removal removal) throws IOException {
        if (removal.kind() == Kind.WAL_SEGMENT) {
            repository.files().steps().delete(removal.path());
        } else {
            Path nameless = DurableFiles.temporaryBeside(removal.path());
            repository.files().steps().rename(removal.path(), nameless);
            doomed.add(nameless);
        }
    }

    @Override
    public void close() {
        doomed.forEach(repository.files()::deleteTree);
        doomed.clear();
    }
}
