package dev.neon.sync;

import dev.neon.ancestry.Ancestry;
import dev.neon.ancestry.Tip;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.CommitMessages;
import dev.neon.snapshot.RepositoryWal;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import dev.neon.snapshot.TimelinePositions;
import dev.neon.snapshot.TimelineSettings;
import dev.neon.wal.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** Looks up what tips are made of. */
final class InventoryReader {
    private final Repository repository;
    private final RepositoryWal wal;
    private final SnapshotStore snapshots;
    private final Ancestry ancestry;

    InventoryReader(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
        this.snapshots = new SnapshotStore(repository, wal);
        this.ancestry = new Ancestry(repository, wal);
    }

    /**
     * What there is of the lines of some tips. What is told has been forced to disk: nobody else may have WAL that its
     * writer can lose.
     *
     * @throws NotFoundException if a timeline is not there, or ends before the tip
     */
    Inventory read(List<Tip> tips, Depth depth) {
        Map<TimelineId, Lsn> ends = new LinkedHashMap<>();
        Horizon horizon = new Horizon(snapshots, new TimelinePositions(repository, wal, snapshots), ancestry, depth);
        for (Tip tip : tips) {
            horizon.add(tip);
            for (Tip part : ancestry.line(tip)) {
                ends.merge(part.timeline(), part.lsn(), Lsn::max);
            }
        }
        List<TimelineId> order = new ArrayList<>(ends.keySet());
        Map<TimelineId, Integer> depths = new LinkedHashMap<>();
        order.forEach(id -> depths.put(id, repository.timelines().history(id).ancestors().size()));
        order.sort((one, other) -> Integer.compare(depths.get(one), depths.get(other)));
        List<TimelineOffer> offers = new ArrayList<>();
        order.forEach(id -> offers.add(read(id, ends.get(id), horizon)));
        return new Inventory(tips, offers);
    }

    private TimelineOffer read(TimelineId id, Lsn end, Horizon horizon) {
        if (wal.hasOwnWal(id)) {
            if (wal.end(id).isBefore(end)) {
                throw new NotFoundException("timeline '" + id + "' has no point " + end, "Its WAL ends at " + wal.end(id) + ".");
            }
            wal.sync(id, end);
        }
        List<OfferedFile> files = new ArrayList<>();
        List<String> directories = new ArrayList<>();
        Path directory = repository.timelines().directory(id);
        new TimelineSettings(repository).current(id).forEach((name, content) ->
                files.add(file(TimelineOffer.SETTINGS + name, content)));
        new CommitMessages(repository.timelines(), repository.files()).of(id).stream().filter(message -> !message.lsn().isAfter(end))
                .forEach(message -> small(files, directory, TimelineOffer.COMMITS + message.lsn().toFileName()));
        for (Snapshot snapshot : snapshots.list(id)) {
            if (!snapshot.lsn().isAfter(end) && horizon.wants(snapshot)) {
                snapshot(snapshot, directory, files, directories);
            }
        }
        List<WalRun> runs = wal(id, horizon.walFrom(id), end, files);
        return new TimelineOffer(id, repository.timelines().history(id).text(), end, files, directories, runs,
                LastPage.checksum(repository, wal, id, end));
    }

    private void snapshot(Snapshot snapshot, Path timeline, List<OfferedFile> files, List<String> directories) {
        String prefix = relative(timeline, snapshot.directory());
        if (!snapshot.isLayered()) {
            copy(timeline, snapshot.directory(), files, directories);
            return;
        }
        small(files, timeline, prefix + '/' + SnapshotManifest.NAME);
        SnapshotManifest manifest = SnapshotManifest.read(snapshot.directory());
        files.add(offered(prefix, manifest.metadata()));
        manifest.layers().forEach(layer -> files.add(offered(prefix, layer)));
    }

    private static OfferedFile offered(String prefix, LayerFile file) {
        return new OfferedFile(prefix + '/' + file.name(), file.bytes(), OptionalInt.of(file.checksum()));
    }

    private static void copy(Path timeline, Path directory, List<OfferedFile> files, List<String> directories) {
        directories.add(relative(timeline, directory));
        try {
            for (Path entry : Directories.list(directory)) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    copy(timeline, entry, files, directories);
                } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(new OfferedFile(relative(timeline, entry), Files.size(entry), OptionalInt.empty()));
                }
            }
        } catch (IOException failure) {
            throw new StorageFailedException("read", directory, failure);
        }
    }

    /** The runs of segments that there are, the last cut at the end; PostgreSQL's own history file goes with the files. */
    private List<WalRun> wal(TimelineId id, Lsn begin, Lsn end, List<OfferedFile> files) {
        int segmentSize = wal.identity(id).segmentSize();
        Path directory = repository.timelines().walDirectory(id);
        TreeSet<Long> numbers = new TreeSet<>();
        try {
            for (Path entry : Directories.list(directory)) {
                String name = entry.getFileName().toString();
                if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    continue;
                }
                SegmentName.parse(name, segmentSize).ifPresent(segment -> numbers.add(segment.number()));
                if (name.endsWith(".history")) {
                    small(files, repository.timelines().directory(id), TimelineOffer.WAL + name);
                }
            }
        } catch (NoSuchFileException none) {
            // Something may be promised.
        } catch (IOException failure) {
            throw new StorageFailedException("list", directory, failure);
        }
        numbers.addAll(wal.promised(id));
        // As gc does: were the first segment of a fork missing, the parent's file of that name would stand for it.
        long first = repository.timelines().history(id).parent().map(fork -> fork.forkPoint().value() / segmentSize).orElse(-1L);
        List<WalRun> runs = new ArrayList<>();
        for (long number : numbers) {
            Lsn from = new Lsn(number * segmentSize);
            Lsn to = Lsn.min(from.plus(segmentSize), end);
            if (!from.isBefore(to) || !to.isAfter(begin) && (number != first || !begin.isBefore(end))) {
                continue;
            }
            if (!runs.isEmpty() && runs.getLast().to().equals(from)) {
                runs.add(new WalRun(runs.removeLast().from(), to));
            } else {
                runs.add(new WalRun(from, to));
            }
        }
        return runs;
    }

    private static void small(List<OfferedFile> files, Path timeline, String path) {
        try {
            files.add(file(path, Files.readAllBytes(timeline.resolve(path))));
        } catch (NoSuchFileException none) {
            // A history that was never written, of the format's first draft.
            return;
        } catch (IOException failure) {
            throw new StorageFailedException("read", timeline.resolve(path), failure);
        }
    }

    private static OfferedFile file(String path, byte[] content) {
        CRC32C checksum = new CRC32C();
        checksum.update(content);
        return new OfferedFile(path, content.length, OptionalInt.of((int) checksum.getValue()));
    }

    private static String relative(Path timeline, Path path) {
        return timeline.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
    }
}
