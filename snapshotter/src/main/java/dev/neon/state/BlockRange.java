package dev.neon.state;

/**
 * Blocks that follow each other.
 *
 * @param from the first, unsigned
 * @param to   the one after the last, unsigned
 */
public record BlockRange(int from, int to) {
    public int count() {
        return to - from;
    }

    public boolean contains(int block) {
        return Integer.compareUnsigned(block, from) >= 0 && Integer.compareUnsigned(block, to) < 0;
    }
}
