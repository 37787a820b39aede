package dev.neon.rmgr.heap;

import dev.neon.rmgr.Operations;
import dev.neon.rmgr.ResourceManager;

/** The forms of the resource manager Heap. */
public final class HeapManager {
    private static final Operations OPERATIONS = Operations.none()
            .with(HeapDecoder14.INSERT, "INSERT")
            .with(HeapDecoder14.INSERT | InitPage.BIT, "INSERT+INIT")
            .with(HeapDecoder14.DELETE, "DELETE")
            .with(HeapDecoder14.UPDATE, "UPDATE")
            .with(HeapDecoder14.UPDATE | InitPage.BIT, "UPDATE+INIT")
            .with(HeapDecoder14.TRUNCATE, "TRUNCATE")
            .with(HeapDecoder14.HOT_UPDATE, "HOT_UPDATE")
            .with(HeapDecoder14.HOT_UPDATE | InitPage.BIT, "HOT_UPDATE+INIT")
            .with(HeapDecoder14.CONFIRM, "HEAP_CONFIRM")
            .with(HeapDecoder14.LOCK, "LOCK")
            .with(HeapDecoder14.INPLACE, "INPLACE");

    /** 14 and 15. */
    public static final ResourceManager<HeapRecord> V14 = new ResourceManager<>("Heap", OPERATIONS,
            HeapDecoder14::decode, (said, record, text) -> HeapDescription14.append(said, text), new HeapRedo());
    /** 16 and 17: other descriptions. */
    public static final ResourceManager<HeapRecord> V16 = new ResourceManager<>("Heap", OPERATIONS,
            HeapDecoder14::decode, (said, record, text) -> HeapDescription16.append(said, text), new HeapRedo());
    /** Since 18: what in-place updates make caches forget. */
    public static final ResourceManager<HeapRecord> V18 = new ResourceManager<>("Heap", OPERATIONS,
            HeapDecoder18::decode, (said, record, text) -> HeapDescription18.append(said, text), new HeapRedo());

    private HeapManager() {}
}
