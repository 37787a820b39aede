package dev.neon.rmgr.heap;

import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.OptionalInt;

/**
 * Records since 17 ({@code REL_17 heapam_xlog.h}): one form for all that prunes, vacuums and freezes. Main data, where
 * {@code reason} is never set and so means nothing:
 * <pre>
 *     xl_heap_prune
 *  0  u8  reason
 *  1  u8  flags
 *  2  u32 the conflict horizon, if flags say so
 * </pre>
 * Data of block 0, each part if flags say so:
 * <pre>
 *     u16 nplans, padding to 4 bytes, the plans ({@link FreezePlans16})
 *     u16 nredirected, u16 pairs[nredirected]
 *     u16 ndead, u16 nowdead[ndead]
 *     u16 nunused, u16 nowunused[nunused]
 *     u16 offsets of the tuples to freeze
 * </pre>
 */
final class Heap2Decoder17 {
    static final int PRUNE_ON_ACCESS = 0x10;
    static final int PRUNE_VACUUM_SCAN = 0x20;
    static final int PRUNE_VACUUM_CLEANUP = 0x30;

    private static final int IS_CATALOG_REL = 0x02;
    private static final int CLEANUP_LOCK = 0x04;
    private static final int HAS_CONFLICT_HORIZON = 0x08;
    private static final int HAS_FREEZE_PLANS = 0x10;
    private static final int HAS_REDIRECTIONS = 0x20;
    private static final int HAS_DEAD_ITEMS = 0x40;
    private static final int HAS_NOW_UNUSED_ITEMS = 0x80;
    private static final int KNOWN = 0xFE;

    private Heap2Decoder17() {}

    static Heap2Record decode(WalRecord record) {
        InitPage.check(record);
        RecordCursor main = record.main();
        Heap2Record said = switch (record.operation()) {
            case PRUNE_ON_ACCESS, PRUNE_VACUUM_SCAN, PRUNE_VACUUM_CLEANUP -> prune(record, main);
            case Heap2Decoder14.VISIBLE -> Heap2Decoder14.visible(record, main, VisibilityFlags.ALL_16);
            default -> Heap2Decoder14.decodeOther(record, main);
        };
        main.finish();
        return said;
    }

    private static Heap2Record prune(WalRecord record, RecordCursor main) {
        int flags = Flags.read(main.skip(1), KNOWN);
        OptionalInt horizon = (flags & HAS_CONFLICT_HORIZON) != 0 ? OptionalInt.of(main.i32()) : OptionalInt.empty();
        return new Heap2Record.Prune(horizon, (flags & IS_CATALOG_REL) != 0, (flags & CLEANUP_LOCK) != 0,
                Pruning14.items(record, PageItems.InImage.UNTOLD, data -> changed(data, flags)));
    }

    private static PageItems changed(RecordCursor data, int flags) {
        FreezePlans16 plans = (flags & HAS_FREEZE_PLANS) != 0 ? plans(data) : FreezePlans16.none();
        return new PageItems.Changed(offsets(data, flags & HAS_REDIRECTIONS, 2),
                offsets(data, flags & HAS_DEAD_ITEMS, 1), offsets(data, flags & HAS_NOW_UNUSED_ITEMS, 1),
                plans.withOffsets(data));
    }

    private static FreezePlans16 plans(RecordCursor data) {
        int count = data.u16();
        return FreezePlans16.read(data.align(4), count);
    }

    private static int[] offsets(RecordCursor data, int flag, int each) {
        return flag != 0 ? data.u16s(each * data.u16()) : new int[0];
    }
}
