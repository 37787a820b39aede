package dev.neon.fsck;

import dev.neon.materialise.DataDirectoryPages;
import dev.neon.page.Page;
import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.layer.LayerCache;
import dev.neon.repo.layer.LayerFile;
import dev.neon.repo.layer.LayerReader;
import dev.neon.repo.layer.MetadataFile;
import dev.neon.repo.layer.Section;
import dev.neon.repo.layer.SnapshotManifest;
import dev.neon.repo.progress.Progress;
import dev.neon.slice.ImageWriter;
import dev.neon.slice.PageScan;
import dev.neon.slice.PageSource;
import dev.neon.snapshot.PointPages;
import dev.neon.snapshot.Snapshot;
import dev.neon.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/** Reads all that one snapshot has. */
final class SnapshotCheck {
    private static final long CACHE_BYTES = 8 << 20;
    private static final int BUFFER = 1 << 20;

    private final SnapshotStore snapshots;
    private final Snapshot snapshot;
    private final Progress.Task progress;
    private final Consumer<Damage> found;
    private final Optional<Lsn> lsn;
    private boolean sound = true;
    private boolean isWhole = true;

    SnapshotCheck(SnapshotStore snapshots, Snapshot snapshot, Progress.Task progress, Consumer<Damage> found) {
        this.snapshots = snapshots;
        this.snapshot = snapshot;
        this.progress = progress;
        this.found = found;
        this.lsn = Optional.of(snapshot.lsn());
    }

    /** Whether nothing was found. */
    boolean isSound() {
        return sound;
    }

    /** Whether all of it is here: what is promised was not read. */
    boolean isWhole() {
        return isWhole;
    }

    /** Reads all of it, and what it lies on as far as that tells whether the two fit. */
    void run() {
        switch (snapshot.form()) {
            case IMAGE, DELTA -> layers();
            case COPY -> copy();
            // Its pages may be torn, and replay makes them whole; that its control file is, was seen when it was opened.
            case LIVE_COPY -> { }
        }
    }

    private void report(Damage damage) {
        sound = false;
        found.accept(damage);
    }

    private void layers() {
        SnapshotManifest manifest = SnapshotManifest.read(snapshot.directory());
        Set<String> promised = snapshots.promised().ofSnapshot(snapshot.timeline(), snapshot.lsn()).stream()
                .map(part -> ((PromisedPart.Layer) part).name()).collect(Collectors.toSet());
        isWhole = promised.isEmpty();
        try (LayerCache cache = new LayerCache(CACHE_BYTES)) {
            for (LayerFile layer : manifest.layers()) {
                if (promised.contains(layer.name())) {
                    continue;
                }
                attempt("layer", layer, () -> LayerReader.open(snapshot.directory().resolve(layer.name()), cache)
                        .check(part -> report(Damage.of("layer", lsn, part.cause()).on(part.section().fork()
                                + ", blocks " + Integer.toUnsignedString(part.from()) + " to "
                                + Integer.toUnsignedString(part.to())))));
            }
        }
        attempt("metadata", manifest.metadata(), () -> MetadataFile.read(snapshot.directory()));
        if (sound) {
            chain();
        }
    }

    private void attempt(String kind, LayerFile file, Runnable read) {
        Path path = snapshot.directory().resolve(file.name());
        if (!Files.exists(path)) {
            report(new Damage(kind, Optional.of(path), 0, lsn, Optional.empty(), "a file", "none"));
            return;
        }
        try {
            boolean before = sound;
            read.run();
            // All parts may be sound, and yet it may be another file than the one that was written.
            if (sound == before && checksum(path) != file.checksum()) {
                report(new Damage(kind, Optional.of(path), 0, lsn, Optional.empty(), "the file that the manifest names",
                        "another"));
            }
        } catch (CorruptFileException damage) {
            report(Damage.of(kind, lsn, damage));
        }
        progress.advance(file.bytes());
    }

    private static int checksum(Path file) {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(buffer.clear()) >= 0) {
                crc.update(buffer.flip());
            }
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        return (int) crc.getValue();
    }

    /** That what is known of its state fits those that it lies on. */
    void chain() {
        if (!snapshot.isLayered()) {
            return;
        }
        try (PointPages pages = PointPages.of(snapshots, snapshot)) {
            pages.metadata();
        } catch (CorruptFileException damage) {
            // One below is damaged, which is said of that one.
            if (damage.path().startsWith(snapshot.directory())) {
                report(Damage.of("metadata", lsn, damage));
            }
        } catch (StorageFailedException failure) {
            // That one below is missing, or lacks a file, is said of that one.
            if (!(failure.getCause() instanceof NoSuchFileException)) {
                throw failure;
            }
        }
    }

    private void copy() {
        try {
            PageSource pages = DataDirectoryPages.open(snapshot.directory(), snapshot.lsn());
            ImageWriter.sections(pages).forEach(section -> scan(pages, section));
        } catch (CorruptFileException damage) {
            report(Damage.of("copy", lsn, damage));
        }
    }

    private void scan(PageSource pages, Section section) {
        byte[] page = new byte[Page.SIZE];
        try (PageScan scan = pages.scan(section)) {
            while (scan.next()) {
                try {
                    scan.read(page);
                } catch (CorruptFileException damage) {
                    report(Damage.of("copy", lsn, damage).on(section.fork() + ", block "
                            + Integer.toUnsignedString(scan.block())));
                }
                progress.advance(Page.SIZE);
            }
        } catch (CorruptFileException damage) {
            report(Damage.of("copy", lsn, damage).on(section.fork().toString()));
        }
    }
}
