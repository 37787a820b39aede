package dev.neon.rmgr.spgist;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data, as in 14 but for a field that standbys need for logical decoding ({@code REL_16 spgxlog.h}).
 * <pre>
 * VACUUM_REDIRECT  spgxlogVacuumRedirect
 *  0  u16  nToPlaceholder
 *  2  u16  firstPlaceholder
 *  4  u32  snapshotConflictHorizon
 *  8  bool isCatalogRel
 *  9  a byte of padding
 * 10  u16  toPlaceholder[nToPlaceholder]
 * </pre>
 */
final class SpgistDecoder16 {
    private SpgistDecoder16() {}

    static SpgistRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        SpgistDecoder14.requireBlocks(record);
        SpgistRecord said = switch (record.operation()) {
            case SpgistDecoder14.VACUUM_REDIRECT -> redirect(main);
            default -> SpgistDecoder14.decodeOther(record, main);
        };
        main.finish();
        return said;
    }

    private static SpgistRecord redirect(RecordCursor main) {
        int count = main.u16();
        int firstPlaceholder = main.u16();
        int horizon = main.i32();
        boolean isCatalogRel = main.bool();
        main.skip(1);
        return new SpgistRecord.VacuumRedirect(firstPlaceholder, horizon, isCatalogRel, main.u16s(count));
    }
}
