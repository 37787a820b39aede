package dev.neon.rmgr.heap;

import dev.neon.rmgr.InvalidationDescription;

/** {@code REL_18 heapdesc.c heap_desc}: as in 16, and what caches forget. */
final class HeapDescription18 {
    private HeapDescription18() {}

    static void append(HeapRecord said, StringBuilder text) {
        HeapDescription16.append(said, text);
        if (said instanceof HeapRecord.Inplace inplace) {
            InvalidationDescription.append(inplace.messages(), inplace.initFileForgotten(), inplace.database(),
                    inplace.tablespace(), text);
        }
    }
}
