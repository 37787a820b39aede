package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes WAL as a server does, record by record, and lets a test then damage it. Segments of 1 MiB. */
public final class CraftedWal {
    public static final int SEGMENT = 1 << 20;
    static final int PAGE = 8192;
    public static final long SYSTEM = 0x1122334455667788L;
    static final int FIRST_SEGMENT = 3;

    /** A record that was written: where it starts, and where the next may start at the earliest. */
    public record Written(Lsn start, Lsn end, int length, int xid, int rmid, int info) {}

    private final PostgresMajor major;
    private final long base;
    private final List<Written> records = new ArrayList<>();
    private ByteBuffer memory;
    private long at;
    private long previous;

    public CraftedWal(PostgresMajor major) {
        this(major, FIRST_SEGMENT);
    }

    public CraftedWal(PostgresMajor major, int firstSegment) {
        this.major = major;
        this.base = (long) firstSegment * SEGMENT;
        this.at = base;
        this.memory = ByteBuffer.allocate(SEGMENT).order(ByteOrder.LITTLE_ENDIAN);
    }

    public ClusterIdentity identity() {
        return new ClusterIdentity(major.number(), SYSTEM, SEGMENT, true, 1);
    }

    public List<Written> records() {
        return records;
    }

    public Lsn end() {
        return new Lsn(at);
    }

    Written last() {
        return records.getLast();
    }

    /** A heap record of this total length. */
    public Written record(int length) {
        byte[] body = new byte[length - WalRecordHeader.BYTES];
        Arrays.fill(body, (byte) (0x40 + records.size()));
        return record(10, 0x00, 700 + records.size(), body);
    }

    public Written record(int rmid, int info, int xid, byte[] body) {
        beginPageIfAtStart(0, 0);
        long start = at;
        byte[] bytes = bytes(rmid, info, xid, body);
        put(bytes, 0);
        at = at + 7 & -8;
        previous = start;
        Written written = new Written(new Lsn(start), new Lsn(at), bytes.length, xid, rmid, info);
        records.add(written);
        return written;
    }

    private byte[] bytes(int rmid, int info, int xid, byte[] body) {
        ByteBuffer record = ByteBuffer.allocate(24 + body.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(24 + body.length).putInt(xid).putLong(previous).put((byte) info).put((byte) rmid);
        record.position(24).put(body);
        CRC32C crc = new CRC32C();
        crc.update(record.array(), 24, body.length);
        crc.update(record.array(), 0, 20);
        record.putInt(20, (int) crc.getValue());
        return record.array();
    }

    private void put(byte[] bytes, int from) {
        for (int got = from; got < bytes.length; got++) {
            if (at % PAGE == 0) {
                beginPageIfAtStart(WalPageHeader.FIRST_IS_CONTRECORD, bytes.length - got);
            }
            reserve();
            memory.put((int) (at - base), bytes[got]);
            at++;
        }
    }

    private void beginPageIfAtStart(int flags, int remaining) {
        if (at % PAGE != 0) {
            return;
        }
        reserve();
        boolean isLong = at % SEGMENT == 0;
        int page = (int) (at - base);
        memory.putShort(page, (short) major.pageMagic());
        memory.putShort(page + 2, (short) (flags | (isLong ? WalPageHeader.LONG_HEADER : 0)));
        memory.putInt(page + 4, 1).putLong(page + 8, at).putInt(page + 16, remaining);
        if (isLong) {
            memory.putLong(page + 24, SYSTEM).putInt(page + 32, SEGMENT).putInt(page + 36, PAGE);
        }
        at += isLong ? 40 : 24;
    }

    private void reserve() {
        while (at - base >= memory.capacity()) {
            ByteBuffer larger = ByteBuffer.allocate(memory.capacity() + SEGMENT).order(ByteOrder.LITTLE_ENDIAN);
            memory = larger.put(0, memory, 0, memory.capacity());
        }
    }

    /** A record that ends at this position exactly. */
    Written recordEndingAt(Lsn end) {
        for (int length = (int) Math.max(24, end.minus(end()) - 64 * (end.minus(end()) / PAGE + 1));; length++) {
            CraftedWal trial = copy();
            if (trial.record(length).end().equals(end)) {
                return record(length);
            }
            if (trial.end().isAfter(end)) {
                throw new IllegalArgumentException("no record from " + end() + " ends at " + end);
            }
        }
    }

    private CraftedWal copy() {
        CraftedWal copy = new CraftedWal(major, (int) (base / SEGMENT));
        copy.memory = ByteBuffer.wrap(memory.array().clone()).order(ByteOrder.LITTLE_ENDIAN);
        copy.at = at;
        copy.previous = previous;
        return copy;
    }

    /** XLOG_SWITCH; the rest of the segment stays zero. */
    public Written switchSegment() {
        Written written = record(0, WalRecordHeader.XLOG_SWITCH, 0, new byte[0]);
        at = at + SEGMENT - 1 & -(long) SEGMENT;
        Written whole = new Written(written.start(), new Lsn(at), written.length(), 0, 0, written.info());
        records.set(records.size() - 1, whole);
        return whole;
    }

    /**
     * What a server leaves that crashed while it wrote a long record: the part up to the next page, then, on that page,
     * the record that says so.
     */
    public Written abandonRecordAndGoOn() {
        Lsn abandoned = abandonRecord();
        return record(0, 0xD0, 0, overwrite(abandoned));
    }

    /** Main data of the record that says in whose place it stands. */
    static byte[] overwrite(Lsn abandoned) {
        return ByteBuffer.allocate(18).order(ByteOrder.LITTLE_ENDIAN).put((byte) 255).put((byte) 16)
                .putLong(abandoned.value()).array();
    }

    /** The first part of {@link #abandonRecordAndGoOn}; the position of the record that was given up. */
    Lsn abandonRecord() {
        Lsn lastEnd = end();
        int left = (int) (PAGE - at % PAGE);
        long lastStart = previous;
        record(left + 5000);
        records.removeLast();
        clear(new Lsn(lastEnd.value() + left), 8192);
        previous = lastStart;
        at = lastEnd.value() + left;
        beginPageIfAtStart(WalPageHeader.FIRST_IS_OVERWRITE_CONTRECORD, 0);
        return lastEnd;
    }

    /** A whole record that links to another than the last one, as a record of an earlier life would. */
    void strayRecord() {
        long last = previous;
        previous = records.get(records.size() - 3).start().value();
        record(80);
        records.removeLast();
        previous = last;
    }

    /** Writes zeros over a range. */
    CraftedWal clear(Lsn from, int length) {
        for (int i = 0; i < length && offset(from) + i < memory.capacity(); i++) {
            memory.put(offset(from) + i, (byte) 0);
        }
        return this;
    }

    void flip(long lsn, int mask) {
        int offset = (int) (lsn - base);
        memory.put(offset, (byte) (memory.get(offset) ^ mask));
    }

    void putInt(Lsn at, int value) {
        memory.putInt(offset(at), value);
    }

    private int offset(Lsn lsn) {
        return (int) (lsn.value() - base);
    }

    /** Writes whole segments, as many as hold a byte of WAL. */
    public CraftedWal writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (long segment = base; segment < at; segment += SEGMENT) {
            byte[] bytes = Arrays.copyOfRange(memory.array(), (int) (segment - base), (int) (segment - base) + SEGMENT);
            Files.write(path(directory, segment), bytes);
        }
        return this;
    }

    Path path(Path directory, long lsn) {
        return directory.resolve(SegmentName.containing(new Lsn(lsn), 1, SEGMENT).toString());
    }

    public WalSource source(Path directory) throws IOException {
        writeTo(directory);
        return WalSource.of(identity(), directory);
    }
}
