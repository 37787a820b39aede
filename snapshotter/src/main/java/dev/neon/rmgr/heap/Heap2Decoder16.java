package dev.neon.rmgr.heap;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.OptionalInt;

/**
 * Records of 16 ({@code REL_16 heapam_xlog.h}): those about snapshots tell of catalogs, and freezing has plans for many
 * tuples. Main data, then data of block 0:
 * <pre>
 *     xl_heap_prune                xl_heap_freeze_page
 *  0  u32 snapshotConflictHorizon  u32 snapshotConflictHorizon
 *  4  u16 nredirected              u16 nplans
 *  6  u16 ndead                    u8  isCatalogRel
 *  8  u8  isCatalogRel
 *
 *     as in 14                     {@link FreezePlans16}
 * </pre>
 */
final class Heap2Decoder16 {
    private Heap2Decoder16() {}

    static Heap2Record decode(WalRecord record) {
        InitPage.check(record);
        RecordCursor main = record.main();
        Heap2Record said = switch (record.operation()) {
            case Heap2Decoder14.PRUNE -> prune(record, main);
            case Heap2Decoder14.VACUUM -> Pruning14.vacuum(record, main);
            case Heap2Decoder14.FREEZE_PAGE -> freezePage(record, main);
            case Heap2Decoder14.VISIBLE -> Heap2Decoder14.visible(record, main, VisibilityFlags.ALL_16);
            default -> Heap2Decoder14.decodeOther(record, main);
        };
        main.finish();
        return said;
    }

    private static Heap2Record prune(WalRecord record, RecordCursor main) {
        int horizon = main.i32();
        int redirected = main.u16();
        int dead = main.u16();
        return new Heap2Record.Prune(OptionalInt.of(horizon), main.bool(), true,
                Pruning14.pruned(record, redirected, dead));
    }

    private static Heap2Record freezePage(WalRecord record, RecordCursor main) {
        int horizon = main.i32();
        int count = main.u16();
        return new Heap2Record.Prune(OptionalInt.of(horizon), main.bool(), false,
                Pruning14.frozen(record, count, data -> FreezePlans16.read(data, count).withOffsets(data)));
    }
}
