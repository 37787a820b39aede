package dev.neon.repo.walindex;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes numbers of variable length: 7 bits a byte, the lowest first, the eighth bit set where more follow. */
final class IndexOutput {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    int size() {
        return bytes.size();
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    void unsigned(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    /** Small numbers of either sign are short: 0, -1, 1, -2, … are written as 0, 1, 2, 3, … */
    void signed(long value) {
        unsigned(value << 1 ^ value >> 63);
    }

    void u32(int value) {
        unsigned(Integer.toUnsignedLong(value));
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        unsigned(utf8.length);
        bytes.writeBytes(utf8);
    }
}
