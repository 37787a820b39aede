package dev.neon.walindex;

import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.TimestampTz;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.wal.CraftedWal;
import dev.neon.wal.CraftedWal.Written;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Writes what transactions write, as PostgreSQL 17 does. */
final class TransactionWal {
    private static final int HAS_INFO = 0x80;
    private static final int XINFO_SUBXACTS = 1 << 1;
    private static final int XINFO_TWOPHASE = 1 << 4;

    private final CraftedWal wal;

    TransactionWal() {
        this(3);
    }

    TransactionWal(int firstSegment) {
        wal = new CraftedWal(PostgresMajor.V17, firstSegment);
    }

    CraftedWal wal() {
        return wal;
    }

    Lsn end() {
        return wal.end();
    }

    private Written write(int rmid, int info, long xid, ByteBuffer main) {
        ByteBuffer body = ByteBuffer.allocate(5 + main.position()).order(ByteOrder.LITTLE_ENDIAN);
        body.put((byte) 254).putInt(main.position()).put(main.flip());
        return wal.record(rmid, info, (int) xid, body.array());
    }

    private static ByteBuffer main(int most) {
        return ByteBuffer.allocate(most).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A heap insertion: one block, of which {@code bytes} are data. */
    Written insert(long xid, RelFileLocator relation, int bytes) {
        ByteBuffer body = main(30 + bytes).put((byte) 0).put((byte) 0x20).putShort((short) bytes)
                .putInt(relation.tablespace()).putInt(relation.database()).putInt(relation.relation()).putInt(7)
                .put((byte) 255).put((byte) 3);
        body.position(body.position() + bytes + 3);
        byte[] whole = new byte[body.flip().limit()];
        body.get(whole);
        return wal.record(10, 0x00, (int) xid, whole);
    }

    Written commit(long xid, long time, long... subtransactions) {
        return end(0x00, xid, time, subtransactions);
    }

    Written abort(long xid, long time, long... subtransactions) {
        return end(0x20, xid, time, subtransactions);
    }

    private Written end(int operation, long xid, long time, long... subtransactions) {
        ByteBuffer main = main(64 + 4 * subtransactions.length).putLong(time);
        if (subtransactions.length > 0) {
            putSubtransactions(main.putInt(XINFO_SUBXACTS), subtransactions);
        }
        return write(1, operation | (subtransactions.length > 0 ? HAS_INFO : 0), xid, main);
    }

    private static void putSubtransactions(ByteBuffer main, long... subtransactions) {
        main.putInt(subtransactions.length);
        for (long subtransaction : subtransactions) {
            main.putInt((int) subtransaction);
        }
    }

    /** Of the state file only the record's own id matters here. */
    Written prepare(long xid) {
        return write(1, 0x10, xid, main(64).putLong(0));
    }

    Written commitPrepared(long xid, long time, long... subtransactions) {
        ByteBuffer main = main(64 + 4 * subtransactions.length).putLong(time)
                .putInt(XINFO_TWOPHASE | (subtransactions.length > 0 ? XINFO_SUBXACTS : 0));
        if (subtransactions.length > 0) {
            putSubtransactions(main, subtransactions);
        }
        return write(1, 0x30 | HAS_INFO, 0, main.putInt((int) xid));
    }

    Written restorePoint(String name, long time) {
        ByteBuffer main = main(72).putLong(time).put(name.getBytes(StandardCharsets.UTF_8));
        return write(0, 0x70, 0, main.position(72));
    }

    /** @param operation 0x00 shutdown, 0x10 online */
    Written checkPoint(int operation, long nextXid, Instant time) {
        ByteBuffer main = main(88);
        main.putInt(20, 1).putLong(24, nextXid).putLong(64, time.getEpochSecond());
        return write(0, operation, 0, main.position(88));
    }

    Written endOfRecovery(Instant time) {
        return write(0, 0x90, 0, main(24).putLong(TimestampTz.of(time)).putInt(1).putInt(1).putInt(1).putInt(0));
    }
}
