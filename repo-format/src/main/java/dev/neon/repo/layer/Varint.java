package dev.neon.repo.layer;

/**
 * Numbers of variable length in an array: 7 bits a byte, the lowest first, the eighth bit set where more follow.
 * Reading moves along and never leaves the array's part; what is no number reads as {@link #NONE}.
 */
final class Varint {
    /** No number of up to 63 bits. */
    static final long NONE = -1;
    /** The most that a number of 32 bits takes. */
    static final int MAX_INT = 5;

    private final byte[] bytes;
    private final int end;
    private int position;

    /** @param end exclusive */
    Varint(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    int position() {
        return position;
    }

    /** Passes bytes that are not numbers and are there; returns where they begin. */
    int skip(int count) {
        int from = position;
        position += count;
        return from;
    }

    boolean hasRemaining() {
        return position < end;
    }

    /** A number of up to 63 bits, or {@link #NONE}. */
    long next() {
        if (position < end && bytes[position] >= 0) {
            return bytes[position++];
        }
        long value = 0;
        for (int shift = 0; shift < 63 && position < end; shift += 7) {
            byte next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return NONE;
    }

    /** A number of at most {@code limit}, or {@link #NONE}. */
    int next(int limit) {
        long value = next();
        return value > limit ? (int) NONE : (int) value;
    }

    /** Writes a number that is not negative. */
    static int put(byte[] target, int position, long value) {
        int at = position;
        long rest = value;
        while (rest > 0x7F) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    /** 0, -1, 1, -2, … as 0, 1, 2, 3, … */
    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}
