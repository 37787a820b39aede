package dev.neon.materialise;

import dev.neon.page.Page;
import dev.neon.page.PageChecksum;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.slice.PageScan;
import dev.neon.slice.PageSource;
import dev.neon.slice.SnapshotPages;
import dev.neon.state.BaseState;
import dev.neon.state.ClusterMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The pages of a data directory whose server has been shut down, or of a copy of one. Checksums are verified where the
 * cluster has them, and are zero in what is read.
 */
public final class DataDirectoryPages implements PageSource {
    private static final String HINT = "The page was damaged before neon saw it. Restore the cluster from a backup, or"
            + " dump what can still be read.";

    private final Path directory;
    private final ClusterMetadata metadata;

    private DataDirectoryPages(Path directory, ClusterMetadata metadata) {
        this.directory = directory;
        this.metadata = metadata;
    }

    /**
     * Reads what is not pages.
     *
     * @param directory a data directory, or a snapshot of format version 1
     * @param lsn       the end of its shutdown checkpoint's record
     * @throws dev.neon.repo.error.ConflictException if the server was not shut down
     */
    public static DataDirectoryPages open(Path directory, Lsn lsn) {
        return new DataDirectoryPages(directory, BaseState.read(directory, lsn));
    }

    @Override
    public ClusterMetadata metadata() {
        return metadata;
    }

    /** The file that holds a block. */
    Path file(ForkKey fork, int block) {
        return directory.resolve(ForkPath.of(metadata.major(), fork, block));
    }

    @Override
    public boolean read(ForkKey fork, int block, byte[] page) {
        if (!SnapshotPages.has(metadata, fork, block)) {
            Arrays.fill(page, (byte) 0);
            return false;
        }
        Path file = file(fork, block);
        long inFile = Integer.toUnsignedLong(block) % ForkPath.blocksInFile(fork);
        try (FileChannel channel = FileChannel.open(file)) {
            readFully(channel, inFile * Page.SIZE, ByteBuffer.wrap(page), file);
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
        check(fork, block, page, new PageChecksum());
        return true;
    }

    static void readFully(FileChannel channel, long offset, ByteBuffer target, Path file) throws IOException {
        int from = target.position();
        while (target.hasRemaining()) {
            if (channel.read(target, offset + target.position() - from) < 0) {
                throw new CorruptFileException(file, offset + target.position() - from, "more pages",
                        "the end of the file", HINT);
            }
        }
    }

    /** Verifies the page's checksum, and takes it away. */
    void check(ForkKey fork, int block, byte[] page, PageChecksum checksum) {
        Page read = Page.of(page);
        if (fork.relation().tablespace() == 0) {
            return;
        }
        if (metadata.identity().checksums() && !read.isNew()) {
            int expected = checksum.of(page, 0, block);
            if (read.checksum() != expected) {
                throw new CorruptFileException(file(fork, block),
                        Integer.toUnsignedLong(block) % ForkPath.blocksInFile(fork) * Page.SIZE,
                        "checksum " + expected + " of block " + Integer.toUnsignedString(block),
                        Integer.toString(read.checksum()), HINT);
            }
        }
        read.setChecksum(0);
    }

    @Override
    public PageScan scan(Section section, int from) {
        return new DataDirectoryScan(this, section, from);
    }
}
