package dev.neon.rmgr.heap;

import dev.neon.rmgr.RecordBlocks;
import dev.neon.wal.RecordCursor;
import dev.neon.wal.WalRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * PRUNE, VACUUM and FREEZE_PAGE of 14 and 15 ({@code REL_15 heapam_xlog.h}). Main data, then data of block 0:
 * <pre>
 *     xl_heap_prune           xl_heap_vacuum            xl_heap_freeze_page
 *  0  u32 latestRemovedXid    u16 nunused               u32 cutoff_xid
 *  4  u16 nredirected                                   u16 ntuples
 *  6  u16 ndead
 *
 *     u16 pairs[nredirected]  u16 nowunused[nunused]    xl_heap_freeze_tuple[ntuples]:
 *     u16 nowdead[ndead]                             0  u32 xmax
 *     u16 nowunused[the rest]                        4  u16 offset
 *                                                    6  u16 t_infomask2
 *                                                    8  u16 t_infomask
 *                                                   10  u8  frzflags
 *                                                   11  padding
 * </pre>
 */
final class Pruning14 {
    private static final int PLAN_BYTES = 12;
    private static final int[] NONE = {};

    private Pruning14() {}

    static Heap2Record prune(WalRecord record, RecordCursor main) {
        int horizon = main.i32();
        return new Heap2Record.Prune(OptionalInt.of(horizon), false, true, pruned(record, main.u16(), main.u16()));
    }

    static PageItems pruned(WalRecord record, int redirected, int dead) {
        return items(record, new PageItems.InImage(redirected, dead, 0, 0),
                data -> new PageItems.Changed(data.u16s(2 * redirected), data.u16s(dead),
                        data.u16s(data.remaining() / 2), List.of()));
    }

    static Heap2Record vacuum(WalRecord record, RecordCursor main) {
        int unused = main.u16();
        return new Heap2Record.Prune(OptionalInt.empty(), false, false,
                items(record, new PageItems.InImage(0, 0, unused, 0),
                        data -> new PageItems.Changed(NONE, NONE, data.u16s(unused), List.of())));
    }

    static Heap2Record freezePage(WalRecord record, RecordCursor main) {
        int cutoff = main.i32();
        int count = main.u16();
        return new Heap2Record.Prune(OptionalInt.of(cutoff), false, false,
                frozen(record, count, data -> data.list(count, PLAN_BYTES, Pruning14::plan)));
    }

    static PageItems frozen(WalRecord record, int count, Function<RecordCursor, List<FreezePlan>> plans) {
        return items(record, new PageItems.InImage(0, 0, 0, count),
                data -> new PageItems.Changed(NONE, NONE, NONE, plans.apply(data)));
    }

    private static FreezePlan plan(RecordCursor plan) {
        int xmax = plan.i32();
        int[] offsets = plan.u16s(1);
        return new FreezePlan(xmax, plan.u16(), plan.u16(), Flags.read(plan, FreezePlan.FLAGS), offsets);
    }

    /**
     * The changes that block 0's data tell, all of them.
     *
     * @param inImage what is said if an image took their place
     */
    static PageItems items(WalRecord record, PageItems.InImage inImage, Function<RecordCursor, PageItems> read) {
        RecordBlocks blocks = RecordBlocks.of(record);
        Optional<PageItems> items = blocks.dataUnlessImage(0).map(data -> {
            PageItems changed = read.apply(data);
            data.finish();
            return changed;
        });
        blocks.finish();
        return items.orElse(inImage);
    }
}
