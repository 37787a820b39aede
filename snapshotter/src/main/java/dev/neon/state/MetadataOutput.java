package dev.neon.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/** Writes the parts of {@link MetadataFormat}, little-endian. */
final class MetadataOutput {
    private ByteBuffer bytes = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

    MetadataOutput u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    MetadataOutput u32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    MetadataOutput u64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    /** Bytes without their number. */
    MetadataOutput raw(byte[] content, int length) {
        room(length).put(content, 0, length);
        return this;
    }

    /** Bytes, their number first. */
    MetadataOutput counted(byte[] content) {
        return u32(content.length).raw(content, content.length);
    }

    /** What makes one table of the other: the keys that are gone, then the entries that are new or others. */
    <K, V> MetadataOutput difference(SortedMap<K, V> now, SortedMap<K, V> before, BiPredicate<V, V> isSame,
            BiConsumer<MetadataOutput, K> key, BiConsumer<MetadataOutput, V> value) {
        int goneAt = bytes.position();
        u32(0);
        int gone = 0;
        for (K one : before.keySet()) {
            if (!now.containsKey(one)) {
                key.accept(this, one);
                gone++;
            }
        }
        bytes.putInt(goneAt, gone);
        int setAt = bytes.position();
        u32(0);
        int set = 0;
        for (Map.Entry<K, V> entry : now.entrySet()) {
            V old = before.get(entry.getKey());
            if (Objects.isNull(old) || !isSame.test(old, entry.getValue())) {
                key.accept(this, entry.getKey());
                value.accept(this, entry.getValue());
                set++;
            }
        }
        bytes.putInt(setAt, set);
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private ByteBuffer room(int count) {
        if (bytes.remaining() < count) {
            int size = Math.max(bytes.capacity() * 2, bytes.position() + count);
            bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), size)).order(ByteOrder.LITTLE_ENDIAN)
                    .position(bytes.position());
        }
        return bytes;
    }
}
