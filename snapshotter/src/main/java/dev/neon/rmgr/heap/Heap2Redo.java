package dev.neon.rmgr.heap;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.page.VisibilityMap;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.BlockRedo;
import dev.neon.wal.WalRecord;
import java.util.List;

/** {@code REL_18 heapam_xlog.c heap2_redo}. */
final class Heap2Redo implements BlockRedo<Heap2Record> {
    private static final int HEAP_PAGE_OF_VISIBLE = 1;

    private final boolean pruningTruncates;

    /** @param pruningTruncates whether pruning cuts off unused line pointers behind the last used one: since 15 */
    Heap2Redo(boolean pruningTruncates) {
        this.pruningTruncates = pruningTruncates;
    }

    @Override
    public boolean redo(Heap2Record said, WalRecord record, int id, Page page) {
        if (ClearedBits.isMap(record, id)) {
            return redoMap(said, record, id, page);
        }
        if (record.willInit(id)) {
            page.init(0);
        }
        switch (said) {
            case Heap2Record.Prune prune -> prune(prune, page);
            case Heap2Record.Visible visible -> page.setFlag(Page.ALL_VISIBLE, true);
            case Heap2Record.MultiInsert insert -> insert(insert, record, page);
            case Heap2Record.LockUpdated lock -> lock(lock, page);
            case Heap2Record.NewCid none -> throw noPage(record);
            case Heap2Record.Rewrite none -> throw noPage(record);
        }
        return true;
    }

    private static RuntimeException noPage(WalRecord record) {
        return record.unsupported("a record for logical decoding changes no page");
    }

    /** The heap's page of {@link Heap2Record.Visible}: all that it says is that all tuples were visible before. */
    @Override
    public boolean isHint(Heap2Record said, WalRecord record, int id) {
        return said instanceof Heap2Record.Visible && !ClearedBits.isMap(record, id);
    }

    private void prune(Heap2Record.Prune prune, Page page) {
        if (!(prune.items() instanceof PageItems.Changed items)) {
            throw new PageFormatException("what is pruned is told by an image only");
        }
        boolean isPruned = items.redirected().length + items.dead().length + items.unused().length > 0;
        if (isPruned) {
            changeItems(items, page);
        }
        if (isPruned && prune.hasCleanupLock()) {
            page.repairFragmentation(pruningTruncates);
        } else if (isPruned) {
            page.truncateLinePointers();
        }
        for (FreezePlan plan : items.plans()) {
            for (int offset : plan.offsets()) {
                HeapTuple.of(page, offset).freeze(plan);
            }
        }
    }

    /** {@code heap_page_prune_execute}. */
    private static void changeItems(PageItems.Changed items, Page page) {
        int[] redirected = items.redirected();
        for (int i = 0; i < redirected.length; i += 2) {
            page.setRedirect(redirected[i], redirected[i + 1]);
        }
        for (int offset : items.dead()) {
            page.setDead(offset);
        }
        for (int offset : items.unused()) {
            page.setUnused(offset);
        }
    }

    private static void insert(Heap2Record.MultiInsert insert, WalRecord record, Page page) {
        List<LoggedTuple> tuples = insert.tuples().orElseThrow();
        for (int i = 0; i < tuples.size(); i++) {
            HeapRedo.add(page, record, insert.offsets()[i], tuples.get(i));
        }
        if ((insert.flags() & InsertFlags.ALL_VISIBLE_CLEARED) != 0) {
            page.setFlag(Page.ALL_VISIBLE, false);
        }
        if ((insert.flags() & InsertFlags.ALL_FROZEN_SET) != 0) {
            page.setFlag(Page.ALL_VISIBLE, true);
        }
    }

    private static void lock(Heap2Record.LockUpdated lock, Page page) {
        HeapTuple tuple = HeapTuple.of(page, lock.offset());
        tuple.setInfobits(lock.infobits());
        tuple.setXmax(lock.xmax());
    }

    private static boolean redoMap(Heap2Record said, WalRecord record, int id, Page map) {
        if (said instanceof Heap2Record.Visible visible) {
            return !VisibilityMap.set(map, record.block(HEAP_PAGE_OF_VISIBLE),
                    visible.flags() & VisibilityFlags.ALL_14);
        }
        return ClearedBits.clear(cleared(said, record), record.block(id), map);
    }

    private static List<ClearedBits> cleared(Heap2Record said, WalRecord record) {
        return switch (said) {
            case Heap2Record.MultiInsert insert ->
                    ClearedBits.all(insert.flags(), InsertFlags.ALL_VISIBLE_CLEARED, record, 0);
            case Heap2Record.LockUpdated lock -> ClearedBits.frozen(lock.flags(), record);
            case Heap2Record.Prune none -> List.of();
            case Heap2Record.Visible none -> List.of();
            case Heap2Record.NewCid none -> List.of();
            case Heap2Record.Rewrite none -> List.of();
        };
    }

    @Override
    public boolean mayTouch(WalRecord record) {
        return ClearedBits.areUnreferenced(record);
    }

    @Override
    public void touches(Heap2Record said, WalRecord record, Touched touched) {
        ClearedBits.tell(cleared(said, record), record, touched);
    }

    @Override
    public void redoTouched(Heap2Record said, WalRecord record, RelFileLocator relation, int fork, int block,
            Page page) {
        ClearedBits.clear(cleared(said, record), block, page);
    }
}
