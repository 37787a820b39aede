package dev.neon.repo.layer;

import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.FileSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A layer file that is being written: a header, frames one after the other, the {@link LayerIndex}, a trailer
 * ({@link CheckedFile}). Written in chunks, each of them one step.
 */
final class LayerOutput {
    private static final int CHUNK = 1 << 20;

    private final FileSteps steps;
    private final Path file;
    private final LayerIndexBuilder index = new LayerIndexBuilder();
    private final CRC32C checksum = new CRC32C();
    private final byte[] chunk = new byte[CHUNK];
    private int filled;
    private boolean created;
    private long length;
    private @Nullable Section lastSection;
    private int lastBlock;

    LayerOutput(FileSteps steps, Path directory, String name) {
        this.steps = steps;
        this.file = directory.resolve(name);
        byte[] header = CheckedFile.header(CheckedFile.Kind.LAYER);
        write(header, header.length);
    }

    /** The bytes so far, without the index. */
    long length() {
        return length;
    }

    /** Whether this is the last block that has an entry here. */
    boolean endsIn(Section section, int block) {
        return block == lastBlock && section.equals(lastSection);
    }

    void add(Section section, FrameBuilder frame) {
        int compressed = frame.compress();
        index.add(section, frame.firstBlock(), frame.firstLsn(), length, compressed, frame.size(),
                CheckedFile.crc(frame.compressed(), 0, compressed));
        lastSection = section;
        lastBlock = frame.lastBlock();
        write(frame.compressed(), compressed);
    }

    /** Writes what comes after the frames. */
    LayerFile finish() {
        byte[] rows = index.build();
        byte[] trailer = CheckedFile.trailer(CheckedFile.Kind.LAYER, length, rows);
        write(rows, rows.length);
        write(trailer, trailer.length);
        flush();
        return new LayerFile(file.getFileName().toString(), length, (int) checksum.getValue(),
                Optional.of(index.range()));
    }

    private void write(byte[] bytes, int count) {
        int from = 0;
        while (from < count) {
            int part = Math.min(count - from, CHUNK - filled);
            System.arraycopy(bytes, from, chunk, filled, part);
            filled += part;
            from += part;
            if (filled == CHUNK) {
                flush();
            }
        }
        length += count;
    }

    private void flush() {
        byte[] content = filled == CHUNK ? chunk : Arrays.copyOf(chunk, filled);
        try {
            if (created) {
                steps.append(file, content);
            } else {
                steps.create(file, content);
            }
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
        created = true;
        checksum.update(chunk, 0, filled);
        filled = 0;
    }
}
