package dev.neon.gc;

import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.repo.timeline.TimelineStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a bin of the trash back. Nothing goes back that lies on what is not there: a collection that finds such a thing
 * stops, since what is missing may be there under another name.
 */
final class Restoration {
    private static final String HISTORY = "history";

    private final Repository repository;
    private final Path bin;
    private final List<Path> bins;
    /** Those in the bin. */
    private final TimelineStore timelines;

    /**
     * @param bin  what is put back
     * @param bins all that there are
     */
    Restoration(Repository repository, Path bin, List<Path> bins) {
        this.repository = repository;
        this.bin = bin;
        this.bins = bins;
        this.timelines = new TimelineStore(bin.resolve("timelines"), repository.files());
    }

    /**
     * WAL goes first, then what is made of it, and whole timelines last. Run again, it goes on where it was interrupted.
     *
     * @return how many things were put back
     * @throws ConflictException if something stands in the place of one, or what one lies on is gone
     */
    int run() {
        Map<Path, Path> places = new LinkedHashMap<>();
        things().forEach(thing -> places.put(thing, place(thing)));
        for (Map.Entry<Path, Path> each : places.entrySet()) {
            if (Files.exists(each.getValue(), LinkOption.NOFOLLOW_LINKS)) {
                throw new ConflictException("'" + each.getValue() + "' is there again",
                        "It is not overwritten. Move it away, then try again.");
            }
            needs(each.getKey()).forEach(this::requireThere);
        }
        places.forEach((thing, place) -> {
            try {
                repository.files().steps().rename(thing, place);
                repository.files().steps().sync(place.getParent());
            } catch (IOException failure) {
                throw new StorageFailedException("put back", place, failure);
            }
        });
        return places.size();
    }

    /** Where something goes that is in the bin, or would be. */
    private Path place(Path inBin) {
        return repository.directory().resolve(bin.relativize(inBin));
    }

    /** What was moved into the bin: timelines with their history, which go back whole, or parts of others. */
    private List<Path> things() {
        List<Path> wal = new ArrayList<>();
        List<Path> snapshots = new ArrayList<>();
        List<Path> whole = new ArrayList<>();
        for (Path timeline : list(bin.resolve("timelines"))) {
            if (Files.exists(timeline.resolve(HISTORY))) {
                whole.add(timeline);
            } else {
                wal.addAll(list(timeline.resolve("wal")));
                snapshots.addAll(list(timeline.resolve("snapshots")));
            }
        }
        // Named by their LSN, and each lies on older ones only.
        snapshots.sort(Comparator.comparing(Path::getFileName));
        whole.sort(Comparator.comparingInt(timeline -> timelines.history(id(timeline)).ancestors().size()));
        List<Path> all = new ArrayList<>(wal);
        all.addAll(snapshots);
        all.addAll(whole);
        return all;
    }

    private static TimelineId id(Path timeline) {
        return new TimelineId(timeline.getFileName().toString());
    }

    private static List<Path> list(Path directory) {
        try {
            return Files.isDirectory(directory) ? Directories.list(directory) : List.of();
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
    }

    /** The timelines and snapshots that a thing lies on, by the paths that they would have in the bin. */
    private List<Path> needs(Path thing) {
        List<Path> needs = new ArrayList<>();
        if (Files.exists(thing.resolve(HISTORY))) {
            timelines.history(id(thing)).parent().map(Ancestor::timeline).map(timelines::directory).ifPresent(needs::add);
            list(thing.resolve("snapshots")).forEach(snapshot -> below(snapshot).ifPresent(needs::add));
        } else {
            needs.add(thing.getParent().getParent());
            below(thing).ifPresent(needs::add);
        }
        return needs;
    }

    /** The snapshot on which another lies. */
    private Optional<Path> below(Path snapshot) {
        return Files.exists(snapshot.resolve(SnapshotManifest.NAME)) ? SnapshotManifest.read(snapshot).parent()
                .map(parent -> timelines.snapshotsDirectory(parent.timeline()).resolve(parent.lsn().toFileName()))
                : Optional.empty();
    }

    private void requireThere(Path inBin) {
        if (Files.isDirectory(place(inBin)) || isWhole(inBin)) {
            return;
        }
        Path path = bin.relativize(inBin);
        throw new ConflictException("'" + place(inBin) + "' is gone", bins.stream()
                .filter(other -> isWhole(other.resolve(path))).findFirst()
                .map(other -> "A later sweep has removed it. Put that back first, with 'neon gc --restore "
                        + other.getFileName() + "'.").orElse("A later sweep has deleted it, so this cannot be used any more."));
    }

    /** Whether a bin has all of a timeline or snapshot, and not only parts. */
    private static boolean isWhole(Path inBin) {
        return Files.isDirectory(inBin) && (inBin.getParent().endsWith("snapshots") || Files.exists(inBin.resolve(HISTORY)));
    }
}
