package dev.neon.gc;

import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.TimelineHistory;
import dev.neon.repo.timeline.TimelineStore;
import dev.neon.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a sweep has removed, until it is deleted: {@code trash/<time>-<id>/}, in which each thing has the path that it had in
 * the repository. Putting one back is a rename.
 */
public final class Trash {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");
    private static final int TIME_LENGTH = "20261121T073531Z".length();

    private final Repository repository;
    private final SnapshotStore snapshots;
    private final DurableFiles files;
    private final Path directory;

    public Trash(Repository repository, SnapshotStore snapshots) {
        this.repository = repository;
        this.snapshots = snapshots;
        this.files = repository.files();
        this.directory = repository.directory().resolve("trash");
    }

    /**
     * What one sweep has removed.
     *
     * @param id    {@code <time>-<random>}
     * @param since when it was removed
     * @param bytes of all its files
     */
    public record Bin(String id, Instant since, Path place, long bytes) {}

    /** All bins, oldest first. */
    public List<Bin> list() {
        List<Bin> bins = new ArrayList<>();
        for (Path place : entries(directory)) {
            since(place).ifPresent(since ->
                    bins.add(new Bin(place.getFileName().toString(), since, place, bytes(place))));
        }
        return bins;
    }

    private static List<Path> entries(Path directory) {
        try {
            return Directories.list(directory);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
    }

    private static Optional<Instant> since(Path place) {
        String name = place.getFileName().toString();
        if (name.length() <= TIME_LENGTH || name.charAt(TIME_LENGTH) != '-') {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(name.substring(0, TIME_LENGTH), TIME).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }

    private static long bytes(Path place) {
        try {
            return Directories.bytes(place);
        } catch (IOException failure) {
            throw new StorageFailedException("read", place, failure);
        }
    }

    /** A bin to be filled, of which there is nothing on disk yet. */
    Path newBin() {
        Instant now = repository.context().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        String random = Integer.toHexString(ThreadLocalRandom.current().nextInt(1 << 24 , 1 << 28));
        return directory.resolve(TIME.format(now.atOffset(ZoneOffset.UTC)) + "-" + random);
    }

    /**
     * Moves things into a bin; they are there durably when this returns.
     *
     * @param removals that may come back in a crash in any combination
     */
    void put(Path bin, List<SweepPlan.Removal> removals) {
        Set<Path> changed = new LinkedHashSet<>();
        for (SweepPlan.Removal removal : removals) {
            Path target = bin.resolve(repository.directory().relativize(removal.path()));
            files.createDirectories(target.getParent());
            if (removal.kind() == SweepPlan.Kind.TIMELINE && removal.timeline().isOfDraft() && !isWhole(removal.path())) {
                // An empty history says the same as none, and tells the timeline from parts of one.
                files.replace(removal.path().resolve("history"), new byte[0]);
            }
            try {
                files.steps().rename(removal.path(), target);
            } catch (NoSuchFileException gone) {
                continue;
            } catch (IOException failure) {
                throw new StorageFailedException("move to the trash", removal.path(), failure);
            }
            changed.add(target.getParent());
            changed.add(removal.path().getParent());
        }
        sync(changed);
    }

    private void sync(Set<Path> directories) {
        if (directories.isEmpty()) {
            return;
        }
        try {
            files.steps().syncAll(List.copyOf(directories));
        } catch (IOException failure) {
            throw new StorageFailedException("sync", directories.iterator().next(), failure);
        }
    }

    /**
     * Puts everything in a bin back to where it was: WAL first, then what is made of it, and whole timelines last, parents
     * before children. Run again, it goes on where it was interrupted.
     *
     * @param id the bin's, or the first letters of it
     * @return how many things were put back
     * @throws NotFoundException if there is no such bin
     * @throws ConflictException if there is something else in the place of one, or what one lies on was removed later
     * @throws dev.neon.repo.error.BusyException if a collection is under way, which might delete the bin meanwhile
     */
    public int restore(String id) {
        try (LockFile _ = repository.lock("gc"); LockFile _ = snapshots.lock(GarbageCollection.WAIT_FOR_SNAPSHOT)) {
            return restoreLocked(id);
        }
    }

    private int restoreLocked(String id) {
        List<Path> found = entries(directory).stream().filter(place -> since(place).isPresent()
                && place.getFileName().toString().startsWith(id)).toList();
        if (found.size() != 1) {
            throw new NotFoundException("the trash has " + (found.isEmpty() ? "nothing" : "several things") + " named '"
                    + id + "'", "'neon gc --list' shows what it has.");
        }
        Path bin = found.getFirst();
        Map<Path, Path> places = new LinkedHashMap<>();
        things(bin).forEach(thing -> places.put(thing, repository.directory().resolve(bin.relativize(thing))));
        for (Path place : places.values()) {
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                throw new ConflictException("'" + place + "' is there again",
                        "It is not overwritten. Move it away, then try again.");
            }
            // Not asked of the bin, which has a directory of that name for the parts themselves.
            if (!Files.isDirectory(place.getParent())) {
                throw gone(place.getParent());
            }
        }
        places.keySet().forEach(thing -> bases(thing).forEach(base -> requireThere(bin, base)));
        places.forEach((thing, place) -> {
            try {
                files.steps().rename(thing, place);
            } catch (IOException failure) {
                throw new StorageFailedException("put back", place, failure);
            }
            sync(Set.of(place.getParent()));
        });
        delete(bin);
        return places.size();
    }

    /** Checks that a directory is there, or comes back from the bin. */
    private void requireThere(Path bin, Path place) {
        if (!Files.isDirectory(place) && !Files.isDirectory(bin.resolve(repository.directory().relativize(place)))) {
            throw gone(place);
        }
    }

    private static ConflictException gone(Path place) {
        return new ConflictException("'" + place + "' is gone", "A later collection has removed it. Put that one back first.");
    }

    /** What a thing in a bin lies on: the timeline that one was forked from, the snapshots below those in it. */
    private List<Path> bases(Path thing) {
        List<Path> bases = new ArrayList<>();
        if (isWhole(thing)) {
            history(thing).parent().ifPresent(parent -> bases.add(repository.timelines().directory(parent.timeline())));
        }
        for (Path state : isWhole(thing) ? entries(thing.resolve("snapshots")) : List.of(thing)) {
            if (Files.exists(state.resolve(SnapshotManifest.NAME))) {
                SnapshotManifest.read(state).parent().ifPresent(parent -> bases.add(repository.timelines()
                        .snapshotsDirectory(parent.timeline()).resolve(parent.lsn().toFileName())));
            }
        }
        return bases;
    }

    /** What was moved into a bin: timelines with their history, which go back whole, or parts of others. */
    private List<Path> things(Path bin) {
        List<Path> parts = new ArrayList<>();
        List<Path> whole = new ArrayList<>();
        for (Path timeline : entries(bin.resolve("timelines"))) {
            if (isWhole(timeline)) {
                whole.add(timeline);
                continue;
            }
            for (String kind : List.of("wal", "snapshots")) {
                // Snapshots from the oldest up: none lies on what is not there.
                parts.addAll(entries(timeline.resolve(kind)));
            }
        }
        whole.sort(Comparator.comparing(timeline -> history(timeline).ancestors().size()));
        parts.addAll(whole);
        return parts;
    }

    private static boolean isWhole(Path timeline) {
        return Files.exists(timeline.resolve("history"));
    }

    private TimelineHistory history(Path timeline) {
        return new TimelineStore(timeline.getParent(), files).history(new TimelineId(timeline.getFileName().toString()));
    }

    /**
     * Deletes bins for good.
     *
     * @param before those that were removed before this time
     * @return the bytes that are free now
     */
    long empty(Instant before) {
        long freed = 0;
        for (Path place : entries(directory)) {
            if (since(place).filter(since -> since.isBefore(before)).isPresent()) {
                freed += bytes(place);
                delete(place);
            }
        }
        // Of one that was killed amid that.
        entries(directory).stream().filter(DurableFiles::isTemporary).forEach(files::deleteTree);
        files.deleteEmpty(directory, directory);
        return freed;
    }

    /** First takes its name, so that one of which only a part is left is not put back. */
    private void delete(Path bin) {
        files.removeWhole(bin);
        files.deleteEmpty(directory, directory);
    }
}
