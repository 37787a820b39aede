package dev.neon.gc;

import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.repository.Repository;
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
    private final DurableFiles files;
    private final Path directory;

    public Trash(Repository repository) {
        this.repository = repository;
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
        for (Path place : places()) {
            since(place).ifPresent(since ->
                    bins.add(new Bin(place.getFileName().toString(), since, place, bytes(place))));
        }
        return bins;
    }

    private List<Path> places() {
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
     * @throws ConflictException if there is something else in the place of one
     */
    public int restore(String id) {
        List<Path> found = places().stream().filter(place -> since(place).isPresent()
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
            if (!Files.isDirectory(place.getParent())) {
                throw new ConflictException("'" + place.getParent() + "' is gone",
                        "A later sweep has removed it. Restore that one first.");
            }
        }
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

    /** What was moved into a bin: timelines with their history, which go back whole, or parts of others. */
    private static List<Path> things(Path bin) {
        List<Path> parts = new ArrayList<>();
        List<Path> whole = new ArrayList<>();
        try {
            Path timelines = bin.resolve("timelines");
            for (Path timeline : Files.isDirectory(timelines) ? Directories.list(timelines) : List.<Path>of()) {
                if (Files.exists(timeline.resolve("history"))) {
                    whole.add(timeline);
                    continue;
                }
                for (String kind : List.of("wal", "snapshots")) {
                    Path below = timeline.resolve(kind);
                    // Snapshots from the oldest up: none lies on what is not there.
                    parts.addAll(Files.isDirectory(below) ? Directories.list(below) : List.of());
                }
            }
            whole.sort((one, other) -> Long.compare(ancestors(one), ancestors(other)));
        } catch (IOException failure) {
            throw new StorageFailedException("list", bin, failure);
        }
        parts.addAll(whole);
        return parts;
    }

    /** A history has a line for each. */
    private static long ancestors(Path timeline) {
        try (var lines = Files.lines(timeline.resolve("history"))) {
            return lines.count();
        } catch (IOException failure) {
            throw new StorageFailedException("read", timeline, failure);
        }
    }

    /**
     * Deletes bins for good.
     *
     * @param before those that were removed before this time
     * @return the bytes that are free now
     */
    long empty(Instant before) {
        long freed = 0;
        for (Bin bin : list()) {
            if (bin.since().isBefore(before)) {
                freed += bin.bytes();
                delete(bin.place());
            }
        }
        return freed;
    }

    private void delete(Path bin) {
        files.deleteTree(bin);
        files.deleteEmpty(directory, directory);
    }
}
