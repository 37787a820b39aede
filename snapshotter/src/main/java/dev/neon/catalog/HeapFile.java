package dev.neon.catalog;

import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * The tuples of a heap, in the order of its pages, whoever may see them ({@code REL_17 bufpage.h}, {@code itemid.h}). A
 * page that is none is passed over: files that are copied under a running server hold torn ones, which WAL repairs.
 */
final class HeapFile {
    static final int PAGE_SIZE = 8192;

    private static final int PAGES_AT_ONCE = 64;
    private static final int PD_LOWER = 12;
    private static final int PD_UPPER = 14;
    private static final int PD_SPECIAL = 16;
    private static final int PAGE_HEADER = 24;
    private static final int LINE_POINTER = 4;
    private static final int LP_NORMAL = 1;

    private final Path first;
    private final CommitLog log;

    /** @param first the relation's first file; more are beside it as {@code .1}, {@code .2} … */
    HeapFile(Path first, CommitLog log) {
        this.first = first;
        this.log = log;
    }

    /**
     * Shows each tuple whose data has at least {@code dataBytes}. The object is the same for all of them.
     *
     * @throws StorageFailedException if a file cannot be read; a missing one ends the relation
     */
    void forEach(int dataBytes, Consumer<HeapTuple> each) {
        HeapTuple tuple = new HeapTuple(log);
        Path file = first;
        for (int i = 1; read(file, dataBytes, tuple, each); i++) {
            file = first.resolveSibling(first.getFileName() + "." + i);
        }
    }

    private static boolean read(Path file, int dataBytes, HeapTuple tuple, Consumer<HeapTuple> each) {
        ByteBuffer buffer = ByteBuffer.allocate(PAGES_AT_ONCE * PAGE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            boolean more = true;
            while (more) {
                more = fill(channel, buffer.clear());
                for (int page = 0; page + PAGE_SIZE <= buffer.position(); page += PAGE_SIZE) {
                    showTuples(buffer, page, dataBytes, tuple, each);
                }
            }
            return true;
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException e) {
            throw new StorageFailedException("read", file, e);
        }
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    static void showTuples(ByteBuffer bytes, int page, int dataBytes, HeapTuple tuple,
            Consumer<HeapTuple> each) {
        int lower = Short.toUnsignedInt(bytes.getShort(page + PD_LOWER));
        int upper = Short.toUnsignedInt(bytes.getShort(page + PD_UPPER));
        int special = Short.toUnsignedInt(bytes.getShort(page + PD_SPECIAL));
        if (lower < PAGE_HEADER || lower > upper || upper > special || special > PAGE_SIZE) {
            return;
        }
        for (int at = PAGE_HEADER; at + LINE_POINTER <= lower; at += LINE_POINTER) {
            // lp_off 15 bits, lp_flags 2, lp_len 15.
            int pointer = bytes.getInt(page + at);
            int offset = pointer & 0x7FFF;
            int length = pointer >>> 17;
            if ((pointer >>> 15 & 3) == LP_NORMAL && offset >= upper && offset + length <= PAGE_SIZE
                    && tuple.isAt(bytes, page + offset, length, dataBytes)) {
                each.accept(tuple);
            }
        }
    }
}
