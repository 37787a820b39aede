package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes one file of pages after another, each from its beginning to its end, in large pieces: most files in one. Long runs
 * of pages that are passed over are left out of the file, and read as zeros. Used by one thread.
 */
final class PageFile {
    private static final int PAGES = 128;
    /** So many pages of zeros cost more to write than to leave out. */
    private static final int GAP = 16;

    private final FileSteps steps;
    private final byte[] buffer = new byte[PAGES * Page.SIZE];
    private Path file = Path.of("");
    private boolean exists;
    /** The page in the file that the buffer begins with. */
    private int first;
    /** How many pages are in the buffer. */
    private int count;
    /** How many pages the file has. */
    private int length;

    PageFile(FileSteps steps) {
        this.steps = steps;
    }

    /** Begins a file that does not exist. */
    void begin(Path newFile) {
        file = newFile;
        exists = false;
        first = 0;
        count = 0;
        length = 0;
    }

    /**
     * Adds a page, and pages of zeros before it.
     *
     * @param number in the file; ascends
     */
    void put(int number, byte[] page) {
        int gap = number - first - count;
        if (gap >= GAP || count + gap >= PAGES) {
            flush();
            first = number;
            gap = 0;
        }
        if (gap > 0) {
            Arrays.fill(buffer, count * Page.SIZE, (count + gap) * Page.SIZE, (byte) 0);
            count += gap;
        }
        System.arraycopy(page, 0, buffer, count++ * Page.SIZE, Page.SIZE);
        if (count == PAGES) {
            flush();
        }
    }

    private void flush() {
        if (count == 0) {
            return;
        }
        byte[] piece = count == PAGES ? buffer : Arrays.copyOf(buffer, count * Page.SIZE);
        try {
            if (!exists) {
                steps.create(file, first == 0 ? piece : new byte[0]);
            }
            if (exists || first != 0) {
                steps.overwrite(file, (long) first * Page.SIZE, piece);
            }
        } catch (IOException e) {
            throw new StorageFailedException("write", file, e);
        }
        exists = true;
        first += count;
        length = first;
        count = 0;
    }

    /**
     * Completes the file.
     *
     * @param pages how many there are in it
     */
    void end(int pages) {
        flush();
        try {
            if (!exists) {
                steps.create(file, new byte[0]);
            }
            if (length < pages) {
                steps.setLength(file, (long) pages * Page.SIZE);
            }
        } catch (IOException e) {
            throw new StorageFailedException("write", file, e);
        }
    }
}
