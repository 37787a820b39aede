package dev.neon.repo.layer;

import dev.neon.repo.RelFileLocator;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The index of a layer file, its checked part: where the frames are. Little-endian.
 * <pre>
 *  0  u32 sections
 *  4  u32 frames
 * section rows, 28 bytes each, ascending       frame rows, 32 bytes each, in the file's order
 *  0  u32 tablespace                            0  u32 block     of the first entry
 *  4  u32 database                              4  u64 lsn       of the first entry
 *  8  u32 relation                             12  u64 offset    in the file; frames follow each other
 * 12  u32 fork                                 20  u32 length    in the file
 * 16  u32 segment                              24  u32 size      before compression, at most 1 MiB
 * 20  u32 frame     the section's first        28  u32 crc       CRC-32C of the bytes in the file
 * 24  u32 frames    how many it has
 * </pre>
 */
final class LayerIndex {
    static final int HEADER = 8;
    static final int SECTION = 28;
    static final int FRAME = 32;
    /** The most that a frame may hold, so that a reader need not believe any size. */
    static final int MAX_SIZE = 1 << 20;

    private final Path file;
    private final ByteBuffer rows;
    private final int sections;
    private final int frames;

    private LayerIndex(Path file, ByteBuffer rows, int sections, int frames) {
        this.file = file;
        this.rows = rows;
        this.sections = sections;
        this.frames = frames;
    }

    static LayerIndex read(Path file) {
        CheckedFile.Content content = CheckedFile.read(file, CheckedFile.Kind.LAYER);
        ByteBuffer rows = content.bytes();
        long sections = rows.capacity() < HEADER ? -1 : Integer.toUnsignedLong(rows.getInt(0));
        long frames = rows.capacity() < HEADER ? -1 : Integer.toUnsignedLong(rows.getInt(4));
        if (HEADER + sections * SECTION + frames * FRAME != rows.capacity()) {
            throw CheckedFile.corrupt(file, content.start(), "an index of " + rows.capacity() + " bytes",
                    sections + " sections and " + frames + " frames");
        }
        LayerIndex index = new LayerIndex(file, rows, (int) sections, (int) frames);
        index.check(content.start());
        return index;
    }

    private void check(long end) {
        long offset = CheckedFile.HEADER;
        for (int frame = 0; frame < frames; frame++) {
            require(offset(frame) == offset && length(frame) > 0 && length(frame) <= end - offset
                    && size(frame) > 0 && size(frame) <= MAX_SIZE, end, "frame " + frame);
            offset += length(frame);
        }
        require(offset == end, end, "frames up to " + offset);
        for (int row = 0; row < sections; row++) {
            require(row == 0 || section(row - 1).compareTo(section(row)) < 0, end, "section " + row);
            int first = firstFrame(row);
            int last = first + frameCount(row) - 1;
            require(first >= 0 && frameCount(row) > 0 && last >= first && last < frames, end, "section " + row);
            for (int frame = first; frame <= last; frame++) {
                require(Section.segmentOf(block(frame)) == segment(row)
                        && (frame == first || order(frame, block(frame - 1), lsn(frame - 1)) > 0), end,
                        "frame " + frame);
            }
        }
    }

    private void require(boolean holds, long start, String what) {
        if (!holds) {
            throw CheckedFile.corrupt(file, start, "an index in order", what);
        }
    }

    int sections() {
        return sections;
    }

    int frames() {
        return frames;
    }

    Section section(int row) {
        int at = HEADER + row * SECTION;
        return new Section(new ForkKey(new RelFileLocator(rows.getInt(at), rows.getInt(at + 4), rows.getInt(at + 8)),
                rows.getInt(at + 12)), segment(row));
    }

    private int segment(int row) {
        return rows.getInt(HEADER + row * SECTION + 16);
    }

    int firstFrame(int row) {
        return rows.getInt(HEADER + row * SECTION + 20);
    }

    int frameCount(int row) {
        return rows.getInt(HEADER + row * SECTION + 24);
    }

    /** The section that a frame is of, by looking at all. */
    Section sectionOf(int frame) {
        int row = 0;
        while (frame < firstFrame(row) || frame >= firstFrame(row) + frameCount(row)) {
            row++;
        }
        return section(row);
    }

    /** The row of a section, or -1. */
    int row(ForkKey fork, int segment) {
        int low = 0;
        int high = sections - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = order(middle, fork, segment);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private int order(int row, ForkKey fork, int segment) {
        int at = HEADER + row * SECTION;
        int order = Integer.compareUnsigned(rows.getInt(at), fork.relation().tablespace());
        if (order == 0) {
            order = Integer.compareUnsigned(rows.getInt(at + 4), fork.relation().database());
        }
        if (order == 0) {
            order = Integer.compareUnsigned(rows.getInt(at + 8), fork.relation().relation());
        }
        if (order == 0) {
            order = Integer.compareUnsigned(rows.getInt(at + 12), fork.fork());
        }
        return order == 0 ? Integer.compare(rows.getInt(at + 16), segment) : order;
    }

    /** The only frame of a section that can hold a block's newest entry at or below an LSN; or -1. */
    int frame(int row, int block, long lsn) {
        int low = firstFrame(row);
        int high = low + frameCount(row) - 1;
        int found = -1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (order(middle, block, lsn) <= 0) {
                found = middle;
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return found;
    }

    /** How a frame's first entry compares with a block and an LSN. */
    private int order(int frame, int block, long lsn) {
        int order = Integer.compareUnsigned(block(frame), block);
        return order == 0 ? Long.compareUnsigned(lsn(frame), lsn) : order;
    }

    private int at(int frame) {
        return HEADER + sections * SECTION + frame * FRAME;
    }

    int block(int frame) {
        return rows.getInt(at(frame));
    }

    long lsn(int frame) {
        return rows.getLong(at(frame) + 4);
    }

    long offset(int frame) {
        return rows.getLong(at(frame) + 12);
    }

    int length(int frame) {
        return rows.getInt(at(frame) + 20);
    }

    int size(int frame) {
        return rows.getInt(at(frame) + 24);
    }

    int crc(int frame) {
        return rows.getInt(at(frame) + 28);
    }
}
