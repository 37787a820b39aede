package dev.neon.repo.walindex;

import dev.neon.repo.error.CorruptFileException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads what {@link IndexOutput} wrote, and never beyond its part of the file. */
final class IndexInput {
    private final Path file;
    private final ByteBuffer bytes;

    IndexInput(Path file, ByteBuffer bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    long unsigned() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw corrupt("more bytes");
            }
            byte next = bytes.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw corrupt("a number of 64 bits");
    }

    long signed() {
        long value = unsigned();
        return value >>> 1 ^ -(value & 1);
    }

    int u32() {
        return (int) unsigned();
    }

    /** A number of things that follow, each of at least one byte, so that no count makes us allocate more than that. */
    int count() {
        long count = unsigned();
        if (count < 0 || count > bytes.remaining()) {
            throw corrupt("a count of at most " + bytes.remaining());
        }
        return (int) count;
    }

    String text() {
        byte[] utf8 = new byte[count()];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    void finish() {
        if (bytes.hasRemaining()) {
            throw corrupt("the end");
        }
    }

    private CorruptFileException corrupt(String expected) {
        return new CorruptFileException(file, bytes.position(), expected, "something else", IndexPart.HINT);
    }
}
