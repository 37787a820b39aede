package dev.neon.rmgr.heap;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Heap2. */
public final class Heap2Manager {
    private static final Operations OPERATIONS_14 = Operations.none()
            .with(Heap2Decoder14.REWRITE, "REWRITE")
            .with(Heap2Decoder14.PRUNE, "PRUNE")
            .with(Heap2Decoder14.VACUUM, "VACUUM")
            .with(Heap2Decoder14.FREEZE_PAGE, "FREEZE_PAGE")
            .with(Heap2Decoder14.VISIBLE, "VISIBLE")
            .with(Heap2Decoder14.MULTI_INSERT, "MULTI_INSERT")
            .with(Heap2Decoder14.MULTI_INSERT | InitPage.BIT, "MULTI_INSERT+INIT")
            .with(Heap2Decoder14.LOCK_UPDATED, "LOCK_UPDATED")
            .with(Heap2Decoder14.NEW_CID, "NEW_CID");
    private static final Operations OPERATIONS_17 = OPERATIONS_14
            .with(Heap2Decoder17.PRUNE_ON_ACCESS, "PRUNE_ON_ACCESS")
            .with(Heap2Decoder17.PRUNE_VACUUM_SCAN, "PRUNE_VACUUM_SCAN")
            .with(Heap2Decoder17.PRUNE_VACUUM_CLEANUP, "PRUNE_VACUUM_CLEANUP");

    /** 14 only. */
    public static final ResourceManager<Heap2Record> V14 = new ResourceManager<>("Heap2", OPERATIONS_14,
            Heap2Decoder14::decode, Heap2Description14::append, new Heap2Redo(false));
    /** Pruning cuts off unused line pointers. */
    public static final ResourceManager<Heap2Record> V15 = new ResourceManager<>("Heap2", OPERATIONS_14,
            Heap2Decoder14::decode, Heap2Description14::append, new Heap2Redo(true));
    /** Catalogs are told, freezing has plans, and descriptions list what is changed. */
    public static final ResourceManager<Heap2Record> V16 = new ResourceManager<>("Heap2", OPERATIONS_14,
            Heap2Decoder16::decode, Heap2Description16::append, new Heap2Redo(true));
    /** Since 17: one form for all that prunes, vacuums and freezes. */
    public static final ResourceManager<Heap2Record> V17 = new ResourceManager<>("Heap2", OPERATIONS_17,
            Heap2Decoder17::decode, Heap2Description17::append, new Heap2Redo(true));

    private Heap2Manager() {}
}
