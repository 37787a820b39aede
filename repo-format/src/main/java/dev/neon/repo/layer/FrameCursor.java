package dev.neon.repo.layer;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** Goes through a section of one layer file, frame by frame. Frames that have nothing new enough are not read. */
final class FrameCursor implements SectionCursor {
    private final LayerReader reader;
    private final LayerIndex index;
    private final int row;
    private final long lsn;
    private final boolean each;
    /** No block before this one is shown. */
    private int from;
    private final int end;
    private int number;
    private @Nullable FileChannel channel;
    private final Frame frame = new Frame();
    private final FrameScratch scratch = new FrameScratch();
    /** Whether {@link #frame} is one. */
    private boolean isOpen;
    private int following;
    private int entry = -1;

    private FrameCursor(LayerReader reader, int row, int from, long lsn, boolean each) {
        this.reader = reader;
        this.row = row;
        this.index = reader.index();
        this.lsn = lsn;
        this.each = each;
        this.from = from;
        this.number = row < 0 ? -1 : Math.max(index.frame(row, from, lsn), index.firstFrame(row)) - 1;
        this.end = row < 0 ? 0 : index.firstFrame(row) + index.frameCount(row);
    }

    /**
     * Goes to the newest version of each block at or below an LSN.
     *
     * @param row  the section's in the index, or -1
     * @param from the first block
     */
    static FrameCursor newest(LayerReader reader, int row, int from, long lsn) {
        return new FrameCursor(reader, row, from, lsn, false);
    }

    /** Goes to each version of each block. */
    static FrameCursor each(LayerReader reader, int row) {
        return new FrameCursor(reader, row, 0, 0, true);
    }

    @Override
    public boolean next() {
        while (true) {
            if (!isOpen || following == frame.entries()) {
                if (!nextFrame()) {
                    return false;
                }
            } else if (each) {
                entry = following++;
                return true;
            } else if (nextBlock() && Integer.compareUnsigned(frame.block(entry), from) >= 0) {
                return true;
            }
        }
    }

    @Override
    public boolean seek(int block) {
        if (number < end) {
            from = block;
            int target = index.frame(row, block, lsn);
            if (target > number) {
                number = target - 1;
                isOpen = false;
            }
        }
        return next();
    }

    private boolean nextFrame() {
        isOpen = false;
        do {
            number++;
            if (number >= end) {
                number = end;
                return false;
            }
        } while (isSuperseded(index.block(number)));
        reader.read(channel(), number, frame, scratch);
        isOpen = true;
        following = 0;
        return true;
    }

    /** Whether the next frame has a newer version of a block: all that this frame has of it is older. */
    private boolean isSuperseded(int block) {
        int next = number + 1;
        return !each && next < end && index.block(next) == block && Long.compareUnsigned(index.lsn(next), lsn) <= 0;
    }

    /** Goes to the last version of the block at {@link #following}, if one is old enough. */
    private boolean nextBlock() {
        int block = frame.block(following);
        entry = -1;
        while (following < frame.entries() && frame.block(following) == block) {
            if (Long.compareUnsigned(frame.lsn(following), lsn) <= 0) {
                entry = following;
            }
            following++;
        }
        return entry >= 0 && !(following == frame.entries() && isSuperseded(block));
    }

    private FileChannel channel() {
        FileChannel open = channel;
        if (open == null) {
            try {
                open = FileChannel.open(reader.file());
            } catch (IOException failure) {
                throw new StorageFailedException("read", reader.file(), failure);
            }
            channel = open;
        }
        return open;
    }

    private Frame current() {
        if (!isOpen || entry < 0) {
            throw new IllegalStateException("the cursor is at no block");
        }
        return frame;
    }

    @Override
    public int block() {
        return current().block(entry);
    }

    @Override
    public long lsn() {
        return current().lsn(entry);
    }

    @Override
    public boolean needsBase() {
        Frame current = current();
        return current.isPatch(current.start(entry));
    }

    @Override
    public boolean liesOn(byte[] page) {
        return current().liesOn(entry, page);
    }

    @Override
    public void rebuild(byte[] page) {
        current().rebuild(entry, page, scratch.page());
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        isOpen = false;
        number = end;
        if (open != null) {
            try {
                open.close();
            } catch (IOException failure) {
                throw new StorageFailedException("read", reader.file(), failure);
            }
        }
    }
}
