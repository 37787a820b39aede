package dev.neon.wal;

import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.UnsupportedWalException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * Reads a part of a record from front to back, little-endian, without alignment: PostgreSQL's structures are read field
 * by field, and padding is skipped by its number of bytes. Whoever has read all he knows calls {@link #finish}: bytes
 * left over mean that the record is of a form that neon does not know.
 *
 * <p>Every method throws {@link UnsupportedWalException} rather than read beyond the part.
 */
public final class RecordCursor {
    private final WalRecord record;
    private final ByteBuffer bytes;
    private final int start;
    private final int end;
    private int at;

    /** @param bytes little-endian */
    RecordCursor(WalRecord record, ByteBuffer bytes, int start, int length) {
        this.record = record;
        this.bytes = bytes;
        this.start = start;
        this.end = start + length;
        this.at = start;
    }

    /** The bytes that have not been read. */
    public int remaining() {
        return end - at;
    }

    /** The bytes that have been read or skipped. */
    public int position() {
        return at - start;
    }

    /** An unsigned byte. */
    public int u8() {
        return Byte.toUnsignedInt(bytes.get(advance(1)));
    }

    public boolean bool() {
        return u8() != 0;
    }

    /** An unsigned 16-bit number. */
    public int u16() {
        return Short.toUnsignedInt(bytes.getShort(advance(2)));
    }

    public short i16() {
        return bytes.getShort(advance(2));
    }

    /** A 32-bit number, of which the reader knows whether it is unsigned: oids, xids and block numbers are. */
    public int i32() {
        return bytes.getInt(advance(4));
    }

    /** An unsigned 32-bit number. */
    public long u32() {
        return Integer.toUnsignedLong(bytes.getInt(advance(4)));
    }

    public long i64() {
        return bytes.getLong(advance(8));
    }

    public Lsn lsn() {
        return new Lsn(i64());
    }

    /** {@code RelFileLocator}: three oids. */
    public RelFileLocator locator() {
        return new RelFileLocator(i32(), i32(), i32());
    }

    /** {@code count} unsigned 16-bit numbers, such as offset numbers; a copy. */
    public int[] u16s(int count) {
        require(count * 2L);
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = u16();
        }
        return values;
    }

    /** {@code count} 32-bit numbers; a copy. */
    public int[] i32s(int count) {
        require(count * 4L);
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = i32();
        }
        return values;
    }

    /**
     * {@code count} structures.
     *
     * @param size   bytes of each
     * @param reader reads one from a part of its own; what it leaves unread is passed over
     */
    public <T> List<T> list(int count, int size, Function<RecordCursor, T> reader) {
        require((long) count * size);
        List<T> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(reader.apply(part(size)));
        }
        return Collections.unmodifiableList(values);
    }

    /** A copy of the next {@code count} bytes. */
    public byte[] bytes(int count) {
        byte[] copy = new byte[(int) require(count)];
        bytes.get(advance(count), copy);
        return copy;
    }

    /** A copy of all that is left. */
    public byte[] rest() {
        return bytes(remaining());
    }

    /** The text up to a NUL, which is read too. */
    public String string() {
        int length = 0;
        while (at + length < end && bytes.get(at + length) != 0) {
            length++;
        }
        String text = new String(bytes(length), StandardCharsets.UTF_8);
        skip(1);
        return text;
    }

    /** The text in a field of {@code size} bytes, up to its first NUL. */
    public String fixedString(int size) {
        byte[] field = bytes(size);
        int length = 0;
        while (length < size && field[length] != 0) {
            length++;
        }
        return new String(field, 0, length, StandardCharsets.UTF_8);
    }

    /** An unsigned 16-bit number that many bytes ahead, which is not read yet: the length within a tuple's header. */
    public int peekU16(int ahead) {
        require(ahead + 2L);
        return Short.toUnsignedInt(bytes.getShort(at + ahead));
    }

    /** A 32-bit number that many bytes ahead, which is not read yet. */
    public int peekI32(int ahead) {
        require(ahead + 4L);
        return bytes.getInt(at + ahead);
    }

    /** Passes over bytes of no meaning, such as padding. */
    public RecordCursor skip(int count) {
        advance(count);
        return this;
    }

    /** Passes over {@code count} structures of {@code size} bytes. */
    public RecordCursor skip(int count, int size) {
        return skip((int) require((long) count * size));
    }

    /** Goes to the next multiple of {@code unit}, a power of two, from the start of this part. */
    public RecordCursor align(int unit) {
        return skip(-position() & unit - 1);
    }

    /** The next {@code count} bytes as a part of their own; they are passed over here. */
    public RecordCursor part(int count) {
        return new RecordCursor(record, bytes, advance(count), count);
    }

    /** The bytes that have not been read, shared, little-endian. */
    public ByteBuffer buffer() {
        return bytes.slice(at, remaining()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @throws UnsupportedWalException if bytes are left */
    public void finish() {
        if (at != end) {
            throw unknown(remaining() + " bytes more than the record's form has");
        }
    }

    /**
     * The exception for a record whose form is not known, to be thrown.
     *
     * @param what for people, such as {@code unknown operation 0x70}
     */
    public UnsupportedWalException unknown(String what) {
        return new UnsupportedWalException(record.start().toString(), what);
    }

    private int advance(int count) {
        require(count);
        int from = at;
        at += count;
        return from;
    }

    private long require(long count) {
        if (count < 0 || count > end - at) {
            throw unknown("its form has at least " + count + " bytes more where " + remaining() + " are left");
        }
        return count;
    }
}
