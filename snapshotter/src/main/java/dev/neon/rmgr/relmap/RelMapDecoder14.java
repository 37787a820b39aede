package dev.neon.rmgr.relmap;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data ({@code REL_14 relmapper.h xl_relmap_update}), then the map.
 * <pre>
 *  0  u32 dbid
 *  4  u32 tsid
 *  8  i32 nbytes  512, the size of RelMapFile (REL_14 relmapper.c)
 * 12  data[nbytes]
 * </pre>
 */
final class RelMapDecoder14 {
    static final int UPDATE = 0x00;

    private static final int MAP_BYTES = 512;

    private RelMapDecoder14() {}

    static RelMapRecord decode(WalRecord record) {
        return decode(record, MAP_BYTES);
    }

    /** @param mapBytes the only size that redo takes ({@code relmap_redo}) */
    static RelMapRecord decode(WalRecord record, int mapBytes) {
        if (record.operation() != UPDATE) {
            throw record.unknownOperation();
        }
        RecordCursor main = record.main();
        int database = main.i32();
        int tablespace = main.i32();
        int size = main.i32();
        if (size != mapBytes) {
            throw main.unknown("a map of " + size + " bytes where the release has " + mapBytes);
        }
        RelMapRecord said = new RelMapRecord.Update(database, tablespace, main.bytes(size));
        main.finish();
        return said;
    }
}
