package dev.neon.state;

import dev.neon.repo.error.CorruptFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.function.Function;

/** Reads what {@link MetadataOutput} has written. Every method throws {@link CorruptFileException} at the end of bytes. */
final class MetadataInput {
    private final Path file;
    private final ByteBuffer bytes;

    MetadataInput(Path file, byte[] content) {
        this.file = file;
        this.bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    int u8() {
        return Byte.toUnsignedInt(has(1).get());
    }

    int u32() {
        return has(Integer.BYTES).getInt();
    }

    long u64() {
        return has(Long.BYTES).getLong();
    }

    byte[] raw(int length) {
        ByteBuffer from = has(length);
        byte[] content = new byte[length];
        from.get(content);
        return content;
    }

    byte[] counted() {
        return raw(u32());
    }

    /** Changes a table as {@link MetadataOutput#difference} says. */
    <K, V> void apply(SortedMap<K, V> table, Function<MetadataInput, K> key, Function<MetadataInput, V> value) {
        int gone = u32();
        for (int i = 0; i < gone; i++) {
            table.remove(key.apply(this));
        }
        int set = u32();
        for (int i = 0; i < set; i++) {
            K name = key.apply(this);
            table.put(name, value.apply(this));
        }
    }

    void finish() {
        if (bytes.hasRemaining()) {
            throw corrupt("the end", bytes.remaining() + " more bytes");
        }
    }

    CorruptFileException corrupt(String expected, String found) {
        return new CorruptFileException(file, bytes.position(), expected, found,
                "The snapshot cannot be used. Delete it, and neon takes an older one and the WAL after it.");
    }

    private ByteBuffer has(int count) {
        if (count < 0 || bytes.remaining() < count) {
            throw corrupt(Integer.toUnsignedLong(count) + " more bytes", bytes.remaining() + " bytes");
        }
        return bytes;
    }
}
