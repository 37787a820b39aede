package dev.neon.gc;

import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.repository.Repository;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
     * Puts everything in a bin back to where it was.
     *
     * @param id the bin's, or the first letters of it
     * @return how many things were put back
     * @throws NotFoundException                     if there is no such bin
     * @throws dev.neon.repo.error.ConflictException if there is something else in the place of one, or what one lies on is gone
     * @throws dev.neon.repo.error.BusyException     if a collection is under way, which would take it away again
     */
    public int restore(String id) {
        try (LockFile _ = repository.lock("gc")) {
            List<Path> bins = places().stream().filter(place -> since(place).isPresent()).toList();
            List<Path> found = bins.stream().filter(place -> place.getFileName().toString().startsWith(id)).toList();
            if (found.size() != 1) {
                throw new NotFoundException("the trash has " + (found.isEmpty() ? "nothing" : "several things") + " named '"
                        + id + "'", "'neon gc --list' shows what it has.");
            }
            int count = new Restoration(repository, found.getFirst(), bins).run();
            files.deleteTree(found.getFirst());
            files.deleteEmpty(directory, directory);
            return count;
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
        for (Path left : places().stream().filter(DurableFiles::isTemporary).toList()) {
            freed += bytes(left);
            files.deleteTree(left);
        }
        for (Bin bin : list()) {
            if (bin.since().isBefore(before)) {
                freed += bin.bytes();
                // Whole: what a crash leaves is not put back for what it was.
                files.removeWhole(bin.place());
            }
        }
        files.deleteEmpty(directory, directory);
        return freed;
    }
}
