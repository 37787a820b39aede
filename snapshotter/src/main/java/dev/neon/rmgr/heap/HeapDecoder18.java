package dev.neon.rmgr.heap;

import dev.neon.rmgr.InvalidationDecoder18;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;

/**
 * Records since 18: those of {@link HeapDecoder14}, but an in-place update tells what caches forget
 * ({@code REL_18 heapam_xlog.h}). Main data:
 * <pre>
 *     xl_heap_inplace
 *  0  u16 offnum
 *  4  u32 dbId
 *  8  u32 tsId
 * 12  u8  relcacheInitFileInval
 * 16  u32 nmsgs
 * 20  the messages ({@link InvalidationDecoder18})
 * </pre>
 */
final class HeapDecoder18 {
    private HeapDecoder18() {}

    static HeapRecord decode(WalRecord record) {
        return record.operation() == HeapDecoder14.INPLACE ? inplace(record) : HeapDecoder14.decode(record);
    }

    private static HeapRecord inplace(WalRecord record) {
        InitPage.check(record);
        RecordCursor main = record.main();
        int offset = main.u16();
        int database = main.align(4).i32();
        int tablespace = main.i32();
        boolean initFileForgotten = main.bool();
        int count = main.align(4).i32();
        HeapRecord said = new HeapRecord.Inplace(offset, HeapDecoder14.inplaceData(record), database, tablespace,
                initFileForgotten, InvalidationDecoder18.V18.decode(main, count));
        main.finish();
        return said;
    }
}
