package dev.neon.wal;

import dev.neon.repo.Lsn;
import dev.neon.repo.error.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Finds the tablespaces that recovery would create, so that a rebuild can refuse or remap external ones. */
public final class TablespaceScan {
    private static final int RM_TBLSPC = 5;
    private static final int CREATE = 0x00;
    private static final int DROP = 0x10;

    private TablespaceScan() {}

    /**
     * The changes in the records that start from {@code from} on and end at or before {@code to}, oldest first.
     *
     * @param from a record's start or a boundary, inclusive
     * @param to   a boundary, exclusive
     * @throws dev.neon.repo.error.CorruptFileException if a record before {@code to} is damaged
     * @throws UnsupportedException if a tablespace record has an unknown form
     */
    public static List<TablespaceChange> find(WalSource source, Lsn from, Lsn to) {
        List<TablespaceChange> changes = new ArrayList<>();
        try (WalReader reader = WalReader.from(source, from)) {
            while (reader.end().isBefore(to) && reader.next()) {
                if (reader.rmid() == RM_TBLSPC && !reader.end().isAfter(to)) {
                    changes.add(decode(reader, source));
                }
            }
            if (reader.end().isBefore(to) && reader.why().orElseThrow() instanceof WalkEnd.Defect defect) {
                throw defect.toException();
            }
        }
        return changes;
    }

    private static TablespaceChange decode(WalReader reader, WalSource source) {
        byte[] data = RecordBody.mainData(reader.copyBytes(), source.major()).filter(bytes -> bytes.length >= 4)
                .orElseThrow(() -> unknown(reader));
        long oid = Integer.toUnsignedLong(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt());
        return switch (reader.info() & WalRecordHeader.RMGR_INFO) {
            case CREATE -> new TablespaceChange.Created(reader.start(), oid, location(data));
            case DROP -> new TablespaceChange.Dropped(reader.start(), oid);
            default -> throw unknown(reader);
        };
    }

    /** The text after the oid, up to its NUL. */
    private static String location(byte[] data) {
        int end = 4;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        return new String(data, 4, end - 4, StandardCharsets.UTF_8);
    }

    private static UnsupportedException unknown(WalReader reader) {
        return new UnsupportedException("unknown tablespace record at " + reader.start(),
                "The WAL was written by a release that neon does not read in full.");
    }
}
