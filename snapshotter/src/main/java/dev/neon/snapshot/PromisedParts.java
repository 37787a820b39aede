package dev.neon.snapshot;

import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.TimelineId;
import dev.neon.repo.layer.AbsentLayers;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.promise.Promise;
import dev.neon.repo.repository.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What of a repository's history is promised and not here: layers of snapshots, and WAL. Keeps nothing. */
public final class PromisedParts {
    /** In bytes: more than the longest record of a checkpoint, with a page header in it. */
    private static final long RECORD_BEFORE = 512;

    private final Repository repository;
    private final RepositoryWal wal;
    private final SnapshotStore snapshots;

    PromisedParts(Repository repository, RepositoryWal wal, SnapshotStore snapshots) {
        this.repository = repository;
        this.wal = wal;
        this.snapshots = snapshots;
    }

    /** All. */
    public List<PromisedPart> missing() {
        List<PromisedPart> missing = new ArrayList<>();
        repository.timelines().list().forEach(timeline -> missing.addAll(ofTimeline(timeline)));
        return missing;
    }

    /** Those of one timeline, its ancestors' not counted. */
    public List<PromisedPart> ofTimeline(TimelineId timeline) {
        Optional<Promise> promise = repository.promises().of(timeline);
        List<PromisedPart> missing = new ArrayList<>();
        if (promise.isPresent()) {
            promise.get().snapshots().forEach(lsn -> missing.addAll(ofSnapshot(timeline, lsn)));
            TimelinePromise segments = new TimelinePromise(repository, timeline, wal.identity(timeline));
            segments.segments().forEach(number -> missing.addAll(segments.missing(number)));
        }
        return missing;
    }

    /** The layers of one snapshot; none if there is no such snapshot. */
    public List<PromisedPart> ofSnapshot(TimelineId timeline, Lsn lsn) {
        Path directory = repository.timelines().snapshotsDirectory(timeline).resolve(lsn.toFileName());
        if (repository.promises().of(timeline).filter(promise -> promise.snapshots().contains(lsn)).isEmpty()
                || !Files.exists(directory.resolve(SnapshotManifest.NAME))) {
            return List.of();
        }
        return SnapshotManifest.read(directory).layers().stream().filter(layer -> !Files.exists(directory.resolve(layer.name())))
                .map(layer -> part(timeline, lsn, layer)).toList();
    }

    /**
     * What a point is made of: the layers of a snapshot and of those that it lies on, and the WAL from there.
     *
     * @param base from which the point is reached
     */
    public List<PromisedPart> ofPoint(Snapshot base, TimelineId timeline, Lsn point) {
        List<PromisedPart> missing = new ArrayList<>();
        Optional<SnapshotManifest.Parent> place = base.isLayered()
                ? Optional.of(new SnapshotManifest.Parent(base.timeline(), base.lsn())) : Optional.empty();
        while (place.isPresent()) {
            missing.addAll(ofSnapshot(place.get().timeline(), place.get().lsn()));
            place = SnapshotManifest.read(snapshots.directory(place.get())).parent();
        }
        // A server begins in the segment in which the point lies, and asks for the record before.
        Lsn before = new Lsn(Math.max(0, base.redo().value() - RECORD_BEFORE));
        missing.addAll(wal.source(timeline).missing(before, point));
        return missing;
    }

    /**
     * Brings parts, all at once.
     *
     * @throws dev.neon.repo.error.TransferFailedException if one cannot be had
     */
    public void bring(List<PromisedPart> missing) {
        repository.promises().fetch(missing);
    }

    /** Brings layers one by one as they are asked for. */
    AbsentLayers layers() {
        return (directory, layer) -> {
            TimelineId timeline = new TimelineId(directory.getParent().getParent().getFileName().toString());
            Lsn lsn = Lsn.parseFileName(directory.getFileName().toString());
            if (repository.promises().of(timeline).filter(promise -> promise.snapshots().contains(lsn)).isPresent()) {
                repository.promises().fetch(List.of(part(timeline, lsn, layer)));
            }
        };
    }

    private static PromisedPart part(TimelineId timeline, Lsn snapshot, LayerFile layer) {
        return new PromisedPart.Layer(timeline, snapshot, layer.name(), layer.bytes(), layer.checksum());
    }
}
