package dev.neon.snapshot;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings a repository of an older format to the newest: copies of stopped servers become images, and then the version is
 * written. Copies of running servers stay, as only PostgreSQL can bring them into one state; both kinds are read for good.
 *
 * <p>Each copy is there, or the image, or both: an image is read back and compared, its files are renamed into the copy's
 * directory, and the manifest comes last. A directory with a manifest is an image, so from then on what else is in it is
 * dead. Interrupted anywhere, the repository can be used, and another run goes on. WAL and data directories are not
 * touched, and servers may run.
 */
public final class FormatUpgrade {
    private final Repository repository;
    private final SnapshotStore snapshots;
    private final TimelineSettings settings;

    public FormatUpgrade(Repository repository, SnapshotStore snapshots) {
        this.repository = repository;
        this.snapshots = snapshots;
        this.settings = new TimelineSettings(repository);
    }

    /** What is done with a snapshot. */
    public enum Action {
        /** Its copy becomes an image. */
        CONVERT,
        /** It is an image already, and what is left of the copy is removed. */
        CLEAN,
        /** It stays a copy, as a server ran while it was made. */
        KEEP
    }

    /**
     * What is to be done with one snapshot.
     *
     * @param bytes of its files
     */
    public record Step(Snapshot snapshot, Action action, long bytes) {}

    /** What is to be done with the snapshots; of those that are as they should be there is nothing. */
    public List<Step> plan() {
        List<Step> steps = new ArrayList<>();
        for (TimelineId timeline : repository.timelines().list()) {
            for (Snapshot snapshot : snapshots.list(timeline)) {
                Optional<Action> action = switch (snapshot.form()) {
                    case COPY -> Optional.of(Action.CONVERT);
                    case LIVE_COPY -> Optional.of(Action.KEEP);
                    case IMAGE -> Optional.of(Action.CLEAN).filter(clean -> hasLeftovers(snapshot));
                    case DELTA -> Optional.empty();
                };
                action.ifPresent(what -> steps.add(new Step(snapshot, what, snapshots.bytes(snapshot))));
            }
        }
        return steps;
    }

    /**
     * Does it.
     *
     * @param done is told the bytes of each snapshot that is finished, as it is then
     * @throws StorageFailedException                   if the disk has less room than the largest copy takes, before
     *                                                  anything is changed
     * @throws dev.neon.repo.error.CorruptFileException if a page of a copy is damaged; it stays
     */
    public void run(Consumer<Step> done) {
        try (LockFile lock = snapshots.lock()) {
            List<Step> steps = plan();
            removeTemporaries();
            requireRoom(steps);
            completeSettings();
            for (Step step : steps) {
                Snapshot finished = switch (step.action()) {
                    case CONVERT -> convert(step.snapshot());
                    case CLEAN -> clean(step.snapshot());
                    case KEEP -> step.snapshot();
                };
                done.accept(new Step(finished, step.action(), snapshots.bytes(finished)));
            }
            if (repository.formatVersion() < Repository.NEWEST_FORMAT) {
                repository.upgradeTo(Repository.NEWEST_FORMAT);
            }
        }
    }

    /** What an earlier run may have left. */
    private void removeTemporaries() {
        for (TimelineId timeline : repository.timelines().list()) {
            Path directory = repository.timelines().snapshotsDirectory(timeline);
            if (Files.isDirectory(directory)) {
                SnapshotStore.removeTemporaries(repository, directory);
            }
        }
    }

    private void requireRoom(List<Step> steps) {
        long needed = steps.stream().filter(step -> step.action() == Action.CONVERT).mapToLong(Step::bytes).max()
                .orElse(0);
        Path place = repository.directory();
        try {
            long free = Files.getFileStore(place).getUsableSpace();
            if (free < needed) {
                throw new FileSystemException(place.toString(), null, "No space left on device: " + free
                        + " bytes are free, and an image may need " + needed);
            }
        } catch (IOException failure) {
            throw new StorageFailedException("upgrade", place, failure);
        }
    }

    /** The first draft keeps the configuration in its snapshots alone, also for the timelines that fork off later. */
    private void completeSettings() {
        for (TimelineId timeline : repository.timelines().list()) {
            snapshots.reaching(timeline).reversed().stream()
                    .map(snapshot -> TimelineSettings.read(snapshot.directory()))
                    .filter(files -> !files.isEmpty()).findFirst()
                    .ifPresent(files -> settings.complete(timeline, files));
        }
    }

    private Snapshot convert(Snapshot copy) {
        Path directory = copy.directory();
        Path place = directory.resolveSibling(copy.lsn().toFileName());
        if (!place.equals(directory) && Files.exists(place.resolve(SnapshotManifest.NAME))) {
            repository.files().removeWhole(directory);
            return image(copy, place);
        }
        Path temporary = DurableFiles.temporaryBeside(directory);
        try {
            repository.files().createDirectories(temporary);
            ImageCopy.write(repository, copy, temporary);
            repository.files().syncTree(temporary);
            if (place.equals(directory)) {
                moveInto(temporary, directory);
                return clean(image(copy, place));
            }
            // The first draft named it otherwise.
            repository.files().rename(temporary, place);
            repository.files().removeWhole(directory);
            return image(copy, place);
        } finally {
            repository.files().deleteTree(temporary);
        }
    }

    private static Snapshot image(Snapshot copy, Path place) {
        Lsn lsn = copy.lsn();
        return new Snapshot(copy.timeline(), lsn, lsn, Snapshot.Form.IMAGE, place);
    }

    private void moveInto(Path image, Path directory) {
        SnapshotManifest manifest = SnapshotManifest.read(image);
        try {
            for (String name : manifest.files()) {
                repository.context().steps().rename(image.resolve(name), directory.resolve(name));
            }
            repository.context().steps().sync(directory);
            repository.context().steps().rename(image.resolve(SnapshotManifest.NAME),
                    directory.resolve(SnapshotManifest.NAME));
            repository.context().steps().sync(directory);
        } catch (IOException failure) {
            throw new StorageFailedException("replace", directory, failure);
        }
    }

    private Snapshot clean(Snapshot image) {
        SnapshotManifest manifest = SnapshotManifest.read(image.directory());
        repository.files().retainOnly(image.directory(), path -> isPart(manifest, path.toString()));
        return image;
    }

    private static boolean hasLeftovers(Snapshot image) {
        SnapshotManifest manifest = SnapshotManifest.read(image.directory());
        return DataDirectoryFiles.entries(image.directory()).stream()
                .anyMatch(entry -> !isPart(manifest, entry.getFileName().toString()));
    }

    private static boolean isPart(SnapshotManifest manifest, String name) {
        return name.equals(SnapshotManifest.NAME) || manifest.files().contains(name);
    }
}
