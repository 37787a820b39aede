package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Writes pages of one file after another, in large pieces: most files in one. What is passed over in a new file is left out
 * of it, and reads as zeros. Used by one thread.
 */
final class PageFile {
    /** Few calls for a file that is written from end to end, and little enough to stay in the processor's cache. */
    private static final int PAGES = 64;

    private final FileSteps steps;
    /** Not on the heap, from which the JDK would copy it once more. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PAGES * Page.SIZE);
    /** Where in the file the pages of the buffer belong. */
    private final long[] offsets = new long[PAGES];
    private Path file = Path.of("");
    private boolean exists;
    /** How many pages are in the buffer. */
    private int count;
    /** The least length that the file has, in bytes. */
    private long length;

    PageFile(FileSteps steps) {
        this.steps = steps;
    }

    /** Begins a file that does not exist. */
    void begin(Path newFile) {
        file = newFile;
        exists = false;
        count = 0;
        length = 0;
    }

    /** Begins to overwrite pages of a file that is there, in its full length. */
    void beginPart(Path there) {
        begin(there);
        exists = true;
        length = Long.MAX_VALUE;
    }

    /** @param number in the file; ascends */
    void put(int number, byte[] page) {
        offsets[count] = (long) number * Page.SIZE;
        buffer.put(count++ * Page.SIZE, page);
        if (count == PAGES) {
            flush();
        }
    }

    private void flush() {
        if (count == 0) {
            return;
        }
        buffer.clear().limit(count * Page.SIZE);
        long last = offsets[count - 1];
        try {
            if (!exists && last == (count - 1L) * Page.SIZE) {
                byte[] pages = new byte[count * Page.SIZE];
                buffer.get(pages);
                steps.create(file, pages);
            } else {
                if (!exists) {
                    steps.create(file, new byte[0]);
                }
                steps.overwrite(file, offsets, count, buffer);
            }
        } catch (IOException e) {
            throw new StorageFailedException("write", file, e);
        }
        buffer.clear();
        exists = true;
        length = Math.max(length, last + Page.SIZE);
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
            if (length < (long) pages * Page.SIZE) {
                steps.setLength(file, (long) pages * Page.SIZE);
            }
        } catch (IOException e) {
            throw new StorageFailedException("write", file, e);
        }
    }
}
