package dev.neon.repo.promise;

import dev.neon.repo.PromisedPart;
import dev.neon.repo.Promisor;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.timeline.TimelineStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What other repositories have promised this one, and the way to it. Keeps nothing: as new as the files. */
public final class Promises {
    /** Below a timeline's directory. */
    public static final String FILE = "promised";

    private final Path repository;
    private final TimelineStore timelines;
    private final DurableFiles files;
    private final Promisor promisor;

    /** @param repository the repository's directory */
    public Promises(Path repository, TimelineStore timelines, DurableFiles files, Promisor promisor) {
        this.repository = repository;
        this.timelines = timelines;
        this.files = files;
        this.promisor = promisor;
    }

    /**
     * What is promised of a timeline; empty for most, of which all is here.
     *
     * @throws dev.neon.repo.error.CorruptFileException if the file that says so is damaged
     */
    public Optional<Promise> of(TimelineId timeline) {
        Path file = timelines.directory(timeline).resolve(FILE);
        try {
            return Optional.of(PromiseFormat.parse(file, Files.readAllBytes(file)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    /**
     * Writes down durably what is promised.
     *
     * @param timeline its directory, wherever it is being made
     */
    public void write(Path timeline, Promise promise) {
        files.replace(timeline.resolve(FILE), PromiseFormat.format(promise));
    }

    /** Takes a promise as kept: all of it is here. */
    public void remove(TimelineId timeline) {
        files.delete(timelines.directory(timeline).resolve(FILE));
    }

    /**
     * Has parts brought that are needed now.
     *
     * @throws dev.neon.repo.error.TransferFailedException if one cannot be had
     */
    public void fetch(List<PromisedPart> parts) {
        if (!parts.isEmpty()) {
            promisor.fetch(repository, parts);
        }
    }
}
