package dev.neon.snapshot;

import dev.neon.materialise.DataDirectoryPages;
import dev.neon.page.Page;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.layer.LayerCache;
import dev.neon.repo.layer.LayerOptions;
import dev.neon.repo.layer.MetadataFile;
import dev.neon.repo.layer.Section;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.repository.Repository;
import dev.neon.slice.ImageWriter;
import dev.neon.slice.PageScan;
import dev.neon.slice.PageSource;
import dev.neon.slice.ParallelWork;
import dev.neon.slice.SnapshotPages;
import dev.neon.state.MetadataFormat;
import java.nio.file.Path;
import java.util.Arrays;

/** Makes an image of a copy of a data directory, and reads it back. */
final class ImageCopy {
    private static final long CACHE_BYTES = 16 << 20;
    private static final String HINT = "The copy of the data directory is still there. This is a bug in neon, or the"
            + " disk does not keep what is written to it.";

    private final PageSource copy;
    private final PageSource image;
    private final Path directory;

    private ImageCopy(PageSource copy, PageSource image, Path directory) {
        this.copy = copy;
        this.image = image;
        this.directory = directory;
    }

    /**
     * Writes the image, unsynced, and compares each page and the metadata with the copy.
     *
     * @param snapshot a copy of a stopped server
     * @param directory exists and is empty
     * @throws CorruptFileException if the copy is damaged, or the image is not equal to it
     */
    static void write(Repository repository, Snapshot snapshot, Path directory) {
        ParallelWork parallel = ParallelWork.onAllProcessors();
        PageSource copy = DataDirectoryPages.open(snapshot.directory(), snapshot.lsn());
        new ImageWriter(repository.context().steps(), LayerOptions.DEFAULT, parallel, repository.context().progress())
                .write(copy, directory);
        try (LayerCache cache = new LayerCache(CACHE_BYTES)) {
            PageSource image = SnapshotPages.open(directory, parent -> {
                throw new IllegalStateException("an image has no parent");
            }, cache);
            new ImageCopy(copy, image, directory).compare(parallel, repository.context().progress());
        }
    }

    private void compare(ParallelWork parallel, Progress progress) {
        byte[] expected = MetadataFormat.write(copy.metadata());
        if (!Arrays.equals(expected, MetadataFormat.write(image.metadata()))) {
            throw new CorruptFileException(directory.resolve(MetadataFile.NAME), 0, "the metadata of the copy",
                    "something else", HINT);
        }
        try (Progress.Task task = progress.begin("reading the image back", Progress.UNKNOWN_TOTAL,
                Progress.Unit.BYTES)) {
            parallel.run(ImageWriter.sections(copy), () -> section -> compare(section, task));
        }
    }

    private void compare(Section section, Progress.Task task) {
        byte[] before = new byte[Page.SIZE];
        byte[] after = new byte[Page.SIZE];
        try (PageScan ours = copy.scan(section); PageScan theirs = image.scan(section)) {
            while (ours.next()) {
                if (!theirs.next() || theirs.block() != ours.block()) {
                    throw different(section, ours.block(), "another block or none");
                }
                ours.read(before);
                theirs.read(after);
                // What is between the line pointers and the items is not kept.
                Page.of(before).clearHole();
                Page.of(after).clearHole();
                int at = Arrays.mismatch(before, after);
                if (at >= 0) {
                    throw different(section, ours.block(), "another byte " + at);
                }
                task.advance(Page.SIZE);
            }
            if (theirs.next()) {
                throw different(section, theirs.block(), "a page where the copy has zeros");
            }
        }
    }

    private CorruptFileException different(Section section, int block, String found) {
        return new CorruptFileException(directory, 0, "block " + Integer.toUnsignedString(block) + " of "
                + section.fork() + " as the copy has it", found, HINT);
    }
}
