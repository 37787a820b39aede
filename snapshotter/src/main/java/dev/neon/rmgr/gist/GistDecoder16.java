package dev.neon.rmgr.gist;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Main data, as in 14 but for the fields that standbys need for logical decoding ({@code REL_16 gistxlog.h}).
 * <pre>
 * DELETE      gistxlogDelete
 *  0  u32  snapshotConflictHorizon
 *  4  u16  ntodelete
 *  6  bool isCatalogRel
 *  7  a byte of padding
 *  8  u16  offsets[ntodelete]
 *
 * PAGE_REUSE  gistxlogPageReuse
 *  0  u32  spcOid
 *  4  u32  dbOid
 *  8  u32  relNumber
 * 12  u32  block
 * 16  u64  snapshotConflictHorizon
 * 24  bool isCatalogRel
 * </pre>
 */
final class GistDecoder16 {
    private GistDecoder16() {}

    static GistRecord decode(WalRecord record) {
        RecordCursor main = record.main();
        GistDecoder14.requireBlocks(record);
        GistRecord said = switch (record.operation()) {
            case GistDecoder14.PAGE_UPDATE -> GistDecoder14.pageUpdate(record, main);
            case GistDecoder14.DELETE -> delete(main);
            case GistDecoder14.PAGE_REUSE -> pageReuse(main);
            case GistDecoder14.PAGE_SPLIT -> GistDecoder14.pageSplit(record, main);
            case GistDecoder14.PAGE_DELETE -> GistDecoder14.pageDelete(main);
            case GistDecoder14.ASSIGN_LSN -> GistDecoder14.assignLsn(main);
            default -> throw record.unknownOperation();
        };
        main.finish();
        return said;
    }

    private static GistRecord delete(RecordCursor main) {
        int horizon = main.i32();
        int count = main.u16();
        boolean isCatalogRel = main.bool();
        main.skip(1);
        return new GistRecord.Delete(horizon, isCatalogRel, main.u16s(count));
    }

    private static GistRecord pageReuse(RecordCursor main) {
        return new GistRecord.PageReuse(main.locator(), main.i32(), main.i64(), main.bool());
    }
}
