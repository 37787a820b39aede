package dev.neon.wal;

/**
 * Numbers in bytes on the heap. For the few methods that every record goes through: a {@link java.nio.ByteBuffer} says
 * the same in a dozen nested calls, which cost the compiler more than a gigabyte of WAL costs the reader.
 */
final class LittleEndian {
    private LittleEndian() {}

    static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xFF;
    }

    static int u16(byte[] bytes, int at) {
        return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8;
    }

    static int i32(byte[] bytes, int at) {
        return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16 | bytes[at + 3] << 24;
    }

    static long i64(byte[] bytes, int at) {
        return i32(bytes, at) & 0xFFFFFFFFL | (long) i32(bytes, at + 4) << 32;
    }
}
