package dev.neon.repo.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Collects the rows of a {@link LayerIndex}. */
final class LayerIndexBuilder {
    private record Row(Section section, int firstFrame, int frames) {}

    private final List<Row> sections = new ArrayList<>();
    private ByteBuffer frames = ByteBuffer.allocate(64 * LayerIndex.FRAME).order(ByteOrder.LITTLE_ENDIAN);

    /** Adds a frame to the section that was added last, which is this one or another. */
    void add(Section section, int block, long lsn, long offset, int length, int size, int crc) {
        int frame = frames.position() / LayerIndex.FRAME;
        if (!sections.isEmpty() && sections.getLast().section().equals(section)) {
            Row row = sections.removeLast();
            sections.add(new Row(section, row.firstFrame(), row.frames() + 1));
        } else {
            sections.add(new Row(section, frame, 1));
        }
        if (frames.remaining() < LayerIndex.FRAME) {
            frames = ByteBuffer.allocate(2 * frames.capacity()).order(ByteOrder.LITTLE_ENDIAN).put(frames.flip());
        }
        frames.putInt(block).putLong(lsn).putLong(offset).putInt(length).putInt(size).putInt(crc);
    }

    /** From the first to the last of the sections that were added. */
    LayerFile.Range range() {
        Section first = sections.getFirst().section();
        Section last = first;
        for (Row row : sections) {
            first = row.section().compareTo(first) < 0 ? row.section() : first;
            last = row.section().compareTo(last) > 0 ? row.section() : last;
        }
        return new LayerFile.Range(first, last);
    }

    byte[] build() {
        sections.sort((a, b) -> a.section().compareTo(b.section()));
        frames.flip();
        ByteBuffer index = ByteBuffer.allocate(
                LayerIndex.HEADER + sections.size() * LayerIndex.SECTION + frames.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        index.putInt(sections.size()).putInt(frames.remaining() / LayerIndex.FRAME);
        for (Row row : sections) {
            ForkKey fork = row.section().fork();
            index.putInt(fork.relation().tablespace()).putInt(fork.relation().database())
                    .putInt(fork.relation().relation()).putInt(fork.fork()).putInt(row.section().segment())
                    .putInt(row.firstFrame()).putInt(row.frames());
        }
        return index.put(frames).array();
    }
}
