package dev.neon.postgres;

import dev.neon.repo.Lsn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * The body of a checkpoint record; 88 bytes, little-endian, at the same offsets in 14 to 18 ({@code pg_control.h
 * CheckPoint}).
 * <pre>
 *  0  u64 redo              40  u32 nextMultiOffset
 *  8  u32 ThisTimeLineID    44  u32 oldestXid
 * 12  u32 PrevTimeLineID    48  u32 oldestXidDB
 * 16  u8  fullPageWrites    52  u32 oldestMulti
 * 20  s32 wal_level (17)    56  u32 oldestMultiDB
 * 24  u64 nextXid           64  s64 time
 * 32  u32 nextOid           72  u32 oldestCommitTsXid
 * 36  u32 nextMulti         76  u32 newestCommitTsXid
 *                           80  u32 oldestActiveXid
 * </pre>
 * Identifiers of 32 bits are unsigned and held in {@code long}s.
 *
 * @param redo             where crash recovery begins
 * @param timeline         PostgreSQL's timeline number
 * @param previousTimeline differs from {@code timeline} only in the checkpoint that begins a timeline
 * @param nextXid          64 bits, the epoch in the upper half
 * @param time             to the second
 * @param oldestActiveXid  0 in a shutdown checkpoint
 */
public record CheckPoint(Lsn redo, int timeline, int previousTimeline, boolean fullPageWrites, long nextXid,
        long nextOid, long nextMulti, long nextMultiOffset, long oldestXid, long oldestXidDatabase, long oldestMulti,
        long oldestMultiDatabase, Instant time, long oldestCommitTsXid, long newestCommitTsXid,
        long oldestActiveXid) {
    /** Bytes of the structure, the padding at its end included. */
    public static final int BYTES = 88;

    static final int NEXT_XID = 24;
    private static final int WAL_LEVEL = 20;

    /**
     * Reads {@link #BYTES} bytes from {@code offset} on.
     *
     * @throws java.time.DateTimeException if the time is beyond all that there are
     */
    public static CheckPoint parse(ByteBuffer bytes, int offset) {
        ByteBuffer at = bytes.slice(offset, BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return new CheckPoint(new Lsn(at.getLong(0)), at.getInt(8), at.getInt(12), at.get(16) != 0, at.getLong(NEXT_XID),
                unsigned(at, 32), unsigned(at, 36), unsigned(at, 40), unsigned(at, 44), unsigned(at, 48),
                unsigned(at, 52), unsigned(at, 56), Instant.ofEpochSecond(at.getLong(64)), unsigned(at, 72),
                unsigned(at, 76), unsigned(at, 80));
    }

    /**
     * The bytes of the structure.
     *
     * @param walLevel in PostgreSQL's numbering; written for the releases that have it there
     */
    public byte[] toBytes(PostgresMajor major, int walLevel) {
        ByteBuffer at = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        at.putLong(0, redo.value()).putInt(8, timeline).putInt(12, previousTimeline);
        at.put(16, (byte) (fullPageWrites ? 1 : 0));
        if (major.hasWalLevelInCheckPoint()) {
            at.putInt(WAL_LEVEL, walLevel);
        }
        at.putLong(NEXT_XID, nextXid).putInt(32, (int) nextOid);
        at.putInt(36, (int) nextMulti).putInt(40, (int) nextMultiOffset);
        at.putInt(44, (int) oldestXid).putInt(48, (int) oldestXidDatabase);
        at.putInt(52, (int) oldestMulti).putInt(56, (int) oldestMultiDatabase);
        at.putLong(64, time.getEpochSecond()).putInt(72, (int) oldestCommitTsXid);
        at.putInt(76, (int) newestCommitTsXid).putInt(80, (int) oldestActiveXid);
        return at.array();
    }

    private static long unsigned(ByteBuffer at, int offset) {
        return Integer.toUnsignedLong(at.getInt(offset));
    }
}
