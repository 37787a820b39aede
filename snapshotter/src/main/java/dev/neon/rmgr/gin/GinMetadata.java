package dev.neon.rmgr.gin;

import dev.neon.page.Page;
import dev.neon.page.PageFields;
import dev.neon.wal.RecordCursor;

/**
 * The contents of a gin index's meta page ({@code REL_14 ginblock.h GinMetaPageData}), 56 bytes.
 * <pre>
 *  0  u32 head
 *  4  u32 tail
 *  8  u32 tailFreeSize
 * 12  u32 nPendingPages
 * 16  i64 nPendingHeapTuples
 * 24  u32 nTotalPages
 * 28  u32 nEntryPages
 * 32  u32 nDataPages
 * 36  4 bytes of padding, zero in the page
 * 40  i64 nEntries
 * 48  i32 ginVersion
 * 52  4 bytes of padding, zero in the page
 * </pre>
 *
 * @param head              first block of the pending list; 0xFFFFFFFF for none
 * @param tail              last block of the pending list
 * @param tailFreeSize      bytes free in it
 * @param pendingPages      pages of the pending list
 * @param pendingHeapTuples rows in the pending list
 * @param totalPages        pages of the index, as VACUUM has found it; so the next three
 * @param entryPages        pages of the entry tree
 * @param dataPages         pages of posting trees
 * @param entries           keys
 * @param version           of the index: 0 to 2
 */
public record GinMetadata(int head, int tail, int tailFreeSize, int pendingPages, long pendingHeapTuples,
        int totalPages, int entryPages, int dataPages, long entries, int version) {
    static final int BYTES = 56;

    static GinMetadata read(RecordCursor from) {
        GinMetadata metadata = new GinMetadata(from.i32(), from.i32(), from.i32(), from.i32(), from.i64(), from.i32(),
                from.i32(), from.i32(), from.skip(4).i64(), from.i32());
        from.skip(4);
        return metadata;
    }

    static GinMetadata at(Page page, int at) {
        return new GinMetadata(page.i32(at), page.i32(at + 4), page.i32(at + 8), page.i32(at + 12), page.i64(at + 16),
                page.i32(at + 24), page.i32(at + 28), page.i32(at + 32), page.i64(at + 40), page.i32(at + 48));
    }

    /** As {@code gin_metapage_info} shows it. */
    PageFields fields() {
        return new PageFields().put("pending_head", Integer.toUnsignedLong(head))
                .put("pending_tail", Integer.toUnsignedLong(tail)).put("tail_free_size", tailFreeSize)
                .put("n_pending_pages", Integer.toUnsignedLong(pendingPages)).put("n_pending_tuples", pendingHeapTuples)
                .put("n_total_pages", Integer.toUnsignedLong(totalPages))
                .put("n_entry_pages", Integer.toUnsignedLong(entryPages))
                .put("n_data_pages", Integer.toUnsignedLong(dataPages)).put("n_entries", entries)
                .put("version", version);
    }

    void put(Page page, int at) {
        page.put32(at, head);
        page.put32(at + 4, tail);
        page.put32(at + 8, tailFreeSize);
        page.put32(at + 12, pendingPages);
        page.put64(at + 16, pendingHeapTuples);
        page.put32(at + 24, totalPages);
        page.put32(at + 28, entryPages);
        page.put32(at + 32, dataPages);
        page.put32(at + 36, 0);
        page.put64(at + 40, entries);
        page.put32(at + 48, version);
        page.put32(at + 52, 0);
    }
}
