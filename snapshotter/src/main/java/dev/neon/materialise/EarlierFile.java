package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.layer.Section;
import dev.neon.slice.EarlierPages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The pages of a file of a relation that was taken over from an older data directory, without their checksums. Where most are
 * read, they are read in large pieces; where few are, one by one.
 */
final class EarlierFile implements EarlierPages, AutoCloseable {
    /** As many as {@link PageFile} writes at once: none is read that was written already. */
    private static final int MOST = 64;
    /** So many pages may be passed over, and the next ones are read along all the same. */
    private static final int NEAR = 8;

    private final Path file;
    private final FileChannel channel;
    private final long firstBlock;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MOST * Page.SIZE);
    /** What the buffer holds: pages of the file from one on, up to another, exclusive. */
    private long from;
    private long to;

    private EarlierFile(Path file, FileChannel channel, Section section) {
        this.file = file;
        this.channel = channel;
        this.firstBlock = Integer.toUnsignedLong(section.firstBlock());
        this.to = -NEAR - 1;
    }

    /** @param file has the section's pages, all of them */
    static EarlierFile open(Path file, Section section) {
        try {
            return new EarlierFile(file, FileChannel.open(file), section);
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }

    @Override
    public boolean read(int block, byte[] page) {
        long number = Integer.toUnsignedLong(block) - firstBlock;
        if (number < from || number >= to) {
            fill(number);
        }
        if (number >= to) {
            return false;
        }
        buffer.get((int) (number - from) * Page.SIZE, page);
        Page.of(page).setChecksum(0);
        return true;
    }

    private void fill(long number) {
        boolean isNear = number >= to && number <= to + NEAR;
        int count = isNear ? (int) Math.clamp(2 * (to - from), 1, MOST) : 1;
        buffer.clear().limit(count * Page.SIZE);
        try {
            long offset = number * Page.SIZE;
            while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) { }
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
        from = number;
        to = number + buffer.position() / Page.SIZE;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }
}
