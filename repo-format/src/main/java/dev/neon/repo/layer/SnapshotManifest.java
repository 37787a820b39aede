package dev.neon.repo.layer;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The file {@code manifest} of a snapshot: what the snapshot is and which files it has.
 *
 * @param major    PostgreSQL's
 * @param lsn      the state is that after all records that end at or before it
 * @param parent   the snapshot that a delta lies on; empty for an image
 * @param folded   of a delta that others were folded into: up to here, which is after its parent, it has of each page only
 *                 the last version, whatever {@code versions} says of what follows
 * @param versions which versions of a page the layers have
 * @param layers   in no particular order
 * @param metadata the file of {@link MetadataFile}
 */
public record SnapshotManifest(int major, Lsn lsn, Optional<Parent> parent, Optional<Lsn> folded, Versions versions,
        List<LayerFile> layers, LayerFile metadata) {
    /** The file's name in the snapshot's directory; a snapshot of format version 1 has none of it. */
    public static final String NAME = "manifest";

    /** Where the snapshot below a delta is: of the same timeline or an ancestor's. */
    public record Parent(TimelineId timeline, Lsn lsn) {}

    /** Which versions of a page a delta has. */
    public enum Versions {
        /** All since the parent: pages can be read at each LSN between. */
        ALL,
        /** Only the last; so it is in an image. */
        LAST
    }

    public SnapshotManifest {
        layers = List.copyOf(layers);
    }

    /**
     * Whether the entries tell all that has changed since a point before the snapshot, or since the parent if that is later.
     * Those of an image do not. A block that has become what it was at the parent may have none; so with last versions only,
     * nothing is known of a point after the parent.
     */
    public boolean tellsChangesSince(Lsn point) {
        return parent.isPresent() && (!point.isAfter(parent.get().lsn())
                || versions == Versions.ALL && (folded.isEmpty() || !folded.get().isAfter(point)));
    }

    /** One that nothing was folded into. */
    public SnapshotManifest(int major, Lsn lsn, Optional<Parent> parent, Versions versions, List<LayerFile> layers,
            LayerFile metadata) {
        this(major, lsn, parent, Optional.empty(), versions, layers, metadata);
    }

    /** Whether the snapshot stands alone. */
    public boolean isImage() {
        return parent.isEmpty();
    }

    /** The names of all files of the snapshot but the manifest itself. */
    public Set<String> files() {
        return Stream.concat(layers.stream(), Stream.of(metadata)).map(LayerFile::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Creates the file in a snapshot's directory, unsynced. */
    public void write(FileSteps steps, Path directory) {
        Path file = directory.resolve(NAME);
        try {
            steps.create(file, ManifestFormat.format(this).getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }

    /**
     * Reads the file of a snapshot's directory.
     *
     * @throws dev.neon.repo.error.CorruptFileException   if it is damaged
     * @throws dev.neon.repo.error.FormatTooNewException  if a newer neon wrote it
     * @throws dev.neon.repo.error.StorageFailedException if it cannot be read
     */
    public static SnapshotManifest read(Path directory) {
        Path file = directory.resolve(NAME);
        try {
            return ManifestFormat.parse(file, Files.readAllBytes(file));
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }
}
