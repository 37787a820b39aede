package dev.neon.repo.layer;

import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a fork, as large as a file of PostgreSQL's: the unit in which layers are written and read through.
 *
 * @param segment the number of the part, from 0
 */
public record Section(ForkKey fork, int segment) implements Comparable<Section> {
    /** Blocks in a section: 1 GiB of pages, whatever the cluster's own segment size. */
    public static final int BLOCKS = 1 << 17;

    /** The section that a block belongs to. */
    public static Section of(ForkKey fork, int block) {
        return new Section(fork, segmentOf(block));
    }

    /** The sections that blocks of a fork belong to, from {@code from} up to before {@code to}, both unsigned. */
    public static List<Section> of(ForkKey fork, int from, int to) {
        List<Section> sections = new ArrayList<>();
        long end = Integer.toUnsignedLong(to);
        for (long block = Integer.toUnsignedLong(from); block < end; block = (block | BLOCKS - 1) + 1) {
            sections.add(of(fork, (int) block));
        }
        return sections;
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws InvalidInputException if the text is anything else
     */
    static Section parse(String text) {
        String[] numbers = text.split("[/.:]", -1);
        try {
            Section section = new Section(new ForkKey(new RelFileLocator(Integer.parseUnsignedInt(numbers[0]),
                    Integer.parseUnsignedInt(numbers[1]), Integer.parseUnsignedInt(numbers[2])),
                    Integer.parseUnsignedInt(numbers[3])), Integer.parseInt(numbers[4]));
            if (section.toString().equals(text)) {
                return section;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException wrong) {
            // Said below.
        }
        throw new InvalidInputException("invalid section '" + text + "'");
    }

    public static int segmentOf(int block) {
        return block >>> 17;
    }

    /** The number of its first block, unsigned. */
    public int firstBlock() {
        return segment << 17;
    }

    @Override
    public int compareTo(Section other) {
        int order = fork.compareTo(other.fork);
        return order == 0 ? Integer.compare(segment, other.segment) : order;
    }

    /** Written out, as is {@link #hashCode}: those that a record gets by itself cost 5 ms at the first call. */
    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof Section other && other.segment == segment && other.fork.equals(fork);
    }

    @Override
    public int hashCode() {
        return fork.hashCode() * 31 + segment;
    }

    /** {@code 1663/5/16384.0:0}. */
    @Override
    public String toString() {
        return fork + ":" + segment;
    }
}
