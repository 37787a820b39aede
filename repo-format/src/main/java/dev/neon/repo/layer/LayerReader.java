package dev.neon.repo.layer;

import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.StorageFailedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads one layer file. Thread-safe. The index is read once, into memory in proportion to the file; the file is opened
 * for each frame that is not in the cache, and no descriptor is kept.
 */
public final class LayerReader {
    private final Path file;
    private final LayerIndex index;
    private final LayerCache cache;
    private final int id;

    private LayerReader(Path file, LayerIndex index, LayerCache cache) {
        this.file = file;
        this.index = index;
        this.cache = cache;
        this.id = cache.newReader();
    }

    /**
     * Reads a layer's index.
     *
     * @throws dev.neon.repo.error.CorruptFileException   if it is damaged
     * @throws dev.neon.repo.error.FormatTooNewException  if a newer neon wrote it
     * @throws dev.neon.repo.error.StorageFailedException if it cannot be read
     */
    public static LayerReader open(Path file, LayerCache cache) {
        return new LayerReader(file, LayerIndex.read(file), cache);
    }

    public Path file() {
        return file;
    }

    LayerIndex index() {
        return index;
    }

    /** The sections that have entries here, in their order. */
    public List<Section> sections() {
        List<Section> sections = new ArrayList<>(index.sections());
        for (int row = 0; row < index.sections(); row++) {
            sections.add(index.section(row));
        }
        return sections;
    }

    /**
     * The newest version of a page at or below an LSN, as far as this layer has one. At most one frame is read.
     *
     * @param block unsigned
     * @param lsn   inclusive, unsigned
     */
    public Optional<PageVersion> newest(ForkKey fork, int block, long lsn) {
        int row = index.row(fork, Section.segmentOf(block));
        int number = row < 0 ? -1 : index.frame(row, block, lsn);
        if (number < 0) {
            return Optional.empty();
        }
        Frame frame = cache.get(id, number);
        if (frame == null) {
            try (FileChannel channel = FileChannel.open(file)) {
                frame = new Frame();
                read(channel, number, frame, new FrameScratch());
            } catch (IOException failure) {
                throw new StorageFailedException("read", file, failure);
            }
            cache.put(id, number, frame);
        }
        int entry = frame.newest(block, lsn);
        return entry < 0 ? Optional.empty() : Optional.of(new Frame.Version(frame, entry));
    }

    /**
     * Goes through a section, in the file's order and past the cache.
     *
     * @param lsn inclusive, unsigned
     * @return without a page if there is nothing of the section here
     */
    public SectionCursor scan(Section section, long lsn) {
        return scan(section, section.firstBlock(), lsn);
    }

    /** As the other, from a block on; frames that have only earlier ones are not read. */
    SectionCursor scan(Section section, int from, long lsn) {
        return FrameCursor.newest(this, index.row(section.fork(), section.segment()), from, lsn);
    }

    /** Goes through all versions of a section, as {@link #scan} does; those of a block from the oldest on. */
    public SectionCursor versions(Section section) {
        return FrameCursor.each(this, index.row(section.fork(), section.segment()));
    }

    /**
     * Reads and checks all frames.
     *
     * @param found is told each part that cannot be read
     */
    public void check(Consumer<LayerDamage> found) {
        Frame frame = new Frame();
        FrameScratch scratch = new FrameScratch();
        try (FileChannel channel = FileChannel.open(file)) {
            for (int row = 0; row < index.sections(); row++) {
                int first = index.firstFrame(row);
                int last = first + index.frameCount(row) - 1;
                for (int number = first; number <= last; number++) {
                    try {
                        read(channel, number, frame, scratch);
                    } catch (CorruptFileException damage) {
                        int to = number == last ? index.section(row).firstBlock() + Section.BLOCKS - 1
                                : index.block(number + 1);
                        found.accept(new LayerDamage(index.section(row), index.block(number), to, damage));
                    }
                }
            }
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    /** Reads, checks and decompresses a frame. */
    void read(FileChannel channel, int number, Frame into, FrameScratch scratch) {
        int length = index.length(number);
        byte[] compressed = scratch.compressed(length);
        try {
            CheckedFile.readFully(channel, index.offset(number), compressed, 0, length);
        } catch (EOFException cut) {
            throw corrupt(number, "of " + length + " bytes", "the end");
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
        int crc = CheckedFile.crc(compressed, 0, length);
        if (crc != index.crc(number)) {
            throw corrupt(number, "with checksum " + CheckedFile.hex(index.crc(number)), CheckedFile.hex(crc));
        }
        int size = index.size(number);
        if (!cache.decompress(compressed, length, into.room(size), size)) {
            throw corrupt(number, "of " + size + " bytes before compression", "something else");
        }
        into.parse(file, index, number, scratch.columns());
    }

    private CorruptFileException corrupt(int number, String expected, String actual) {
        return CheckedFile.corrupt(file, index.offset(number), "a frame of " + index.sectionOf(number).fork()
                + " from block " + Integer.toUnsignedString(index.block(number)) + " on, " + expected, actual);
    }
}
