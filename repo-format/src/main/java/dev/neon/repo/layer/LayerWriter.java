package dev.neon.repo.layer;

import static dev.neon.repo.layer.PagePatch.PAGE;

import dev.neon.repo.files.FileSteps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes page versions into layer files, which it begins and closes as they fill up. Used by one thread; its memory is
 * a few MiB however much is written.
 *
 * <p>Sections come in any order, each of them once among all writers of a snapshot. Within a section, blocks ascend
 * (unsigned), and so do the LSNs of a block. For each block:
 * <pre>
 * writer.begin(new Section(fork, segment));
 * writer.base(page);                  if the parent has the block: what it reads there
 * writer.version(block, lsn, page);   for each version
 * </pre>
 * A version is written as the cheaper of an image and a patch to the version before, or to the base. A block without a
 * base begins with an image; so does a frame that begins amid a block's versions, and so does a block again when the
 * patches since its last image outgrow eight pages. Pages are copied, so the caller may change its own in place from version
 * to version.
 *
 * <p>Files are not synced: whoever makes the snapshot's directory syncs and renames it as a whole.
 */
public final class LayerWriter implements AutoCloseable {
    /** How much patches to one image may take. Longer chains take longer to read, and save little. */
    private static final int CHAIN = 8 * PAGE;

    private final FileSteps steps;
    private final Path directory;
    private final AtomicInteger fileNames;
    private final LayerOptions options;
    private final PagePatchEncoder encoder = new PagePatchEncoder();
    private final FrameBuilder frame;
    private final List<LayerFile> files = new ArrayList<>();
    private @Nullable LayerOutput output;

    private @Nullable Section section;
    /** What the next version may be a patch to, if {@link #hasPrevious}. */
    private final byte[] previous = new byte[PAGE];
    private boolean hasPrevious;
    private boolean hasBase;
    /** The last block and its LSN; -1 before the first of a section. */
    private long block;
    private long lsn;
    private int patchBytes;

    /**
     * @param directory exists; the files are created in it
     * @param fileNames numbers the files; shared by all writers of a snapshot
     */
    public LayerWriter(FileSteps steps, Path directory, AtomicInteger fileNames, LayerOptions options) {
        this.steps = steps;
        this.directory = directory;
        this.fileNames = fileNames;
        this.options = options;
        this.frame = new FrameBuilder(options);
    }

    /** Begins a section; what was said of the one before is complete. */
    public void begin(Section next) {
        closeFrame();
        section = next;
        block = -1;
        lsn = -1;
        hasPrevious = false;
        hasBase = false;
    }

    /**
     * Says what a reader has for the next block before the first version that follows, from the parent. Without it that
     * version does not need the parent.
     *
     * @param page 8192 bytes
     */
    public void base(byte[] page) {
        System.arraycopy(page, 0, previous, 0, PAGE);
        hasPrevious = true;
        hasBase = true;
    }

    /**
     * Adds a version of a page.
     *
     * @param number the block's in the fork, unsigned; of the section that was begun
     * @param lsn    from which on the page is this, below 2^63; in an image snapshot any that is not above the
     *               snapshot's
     * @param page   8192 bytes
     * @throws IllegalArgumentException if the block is not of the section or the order is broken
     * @throws dev.neon.repo.error.StorageFailedException if the file cannot be written
     */
    public void version(int number, long lsn, byte[] page) {
        long next = Integer.toUnsignedLong(number);
        boolean first = next != block;
        if (section == null || Section.segmentOf(number) != section.segment() || page.length != PAGE || lsn < 0
                || (first ? next < block : hasBase || lsn <= this.lsn)) {
            throw new IllegalArgumentException("block " + next + " at " + Long.toHexString(lsn) + " does not follow "
                    + block + " at " + Long.toHexString(this.lsn) + " in " + section);
        }
        if (first) {
            hasPrevious = hasBase;
            patchBytes = 0;
            if (frame.isNearlyFull()) {
                closeFrame();
            }
        }
        write(number, lsn, page, first);
        System.arraycopy(page, 0, previous, 0, PAGE);
        hasPrevious = true;
        hasBase = false;
        block = next;
        this.lsn = lsn;
    }

    private void write(int number, long lsn, byte[] page, boolean first) {
        int hole = PageImage.hole(page);
        long check = first && hasPrevious ? Integer.toUnsignedLong(Frame.baseCheck(previous)) : -1;
        int length = -1;
        boolean setsLsn = PageHeader.lsn(page) == lsn;
        if (hasPrevious) {
            if (setsLsn) {
                PageHeader.setLsn(previous, lsn);
            }
            length = encoder.encode(previous, page, Math.min(PageImage.length(hole) - 1, CHAIN - patchBytes));
        }
        if (!frame.fits(length < 0 ? PageImage.MAX : length)) {
            closeFrame();
            if (!first) {
                length = -1;
            }
        }
        if (length < 0) {
            frame.addImage(number, lsn, page, hole);
            patchBytes = 0;
        } else {
            frame.addPatch(number, lsn, setsLsn, check, encoder.found());
            patchBytes += length;
        }
    }

    private void closeFrame() {
        if (frame.isEmpty() || section == null) {
            return;
        }
        LayerOutput current = output;
        // A block's versions stay in one file, or else a reader would have to look into several.
        if (current != null && current.length() >= options.fileBytes()
                && !current.endsIn(section, frame.firstBlock())) {
            files.add(current.finish());
            current = null;
        }
        if (current == null) {
            current = new LayerOutput(steps, directory, LayerFile.layerName(fileNames.incrementAndGet()));
            output = current;
        }
        current.add(section, frame);
        frame.clear();
    }

    /** Writes what is left and says which files there are. Nothing may be added then. */
    public List<LayerFile> finish() {
        closeFrame();
        section = null;
        LayerOutput last = output;
        if (last != null) {
            files.add(last.finish());
            output = null;
        }
        return List.copyOf(files);
    }

    /** Gives memory back. Without {@link #finish}, what was written is of no use. */
    @Override
    public void close() {
        frame.close();
    }
}
