package dev.neon.rmgr.btree;

import dev.neon.page.Page;
import dev.neon.wal.RecordCursor;

/**
 * What a btree's meta page is made anew from ({@code REL_14 nbtxlog.h xl_btree_metadata}), 28 bytes.
 * <pre>
 *  0  u32 version
 *  4  u32 root
 *  8  u32 level
 * 12  u32 fastroot
 * 16  u32 fastlevel
 * 20  u32 last_cleanup_num_delpages
 * 24  u8  allequalimage
 * 25  3 bytes of padding
 * </pre>
 *
 * @param version             of the index: 3, or 4
 * @param root                block of the root; 0 for none yet
 * @param level               of the root, 0 for a leaf
 * @param fastRoot            block where searches begin
 * @param fastLevel           of the fast root
 * @param lastCleanupDeletedPages how many deleted pages the last VACUUM could not yet give away
 * @param allEqualImage       whether equal keys are equal byte for byte, so that duplicates may be merged
 */
public record BtreeMetadata(int version, int root, int level, int fastRoot, int fastLevel, int lastCleanupDeletedPages,
        boolean allEqualImage) {
    /** {@code BTREE_MAGIC}. */
    private static final int MAGIC = 0x053162;
    /** {@code sizeof(BTMetaPageData)}. */
    private static final int PAGE_SIZE = 48;

    static BtreeMetadata read(RecordCursor from) {
        BtreeMetadata metadata = new BtreeMetadata(from.i32(), from.i32(), from.i32(), from.i32(), from.i32(),
                from.i32(), from.bool());
        from.skip(3).finish();
        return metadata;
    }

    /**
     * {@code REL_17 nbtxlog.c _bt_restore_meta}: the meta page of block 0 ({@code nbtree.h BTMetaPageData}), after the
     * page's header.
     * <pre>
     *  0  u32 btm_magic
     *  4  24 bytes, as in the record up to last_cleanup_num_delpages
     * 28  4 bytes of padding
     * 32  f64 btm_last_cleanup_num_heap_tuples   not used any more
     * 40  u8  btm_allequalimage
     * 41  7 bytes of padding
     * </pre>
     */
    void makeMetaPage(BtreePage tree) {
        tree.init(0, 0, 0, BtreePage.META);
        Page page = tree.page();
        int at = Page.HEADER;
        page.put32(at, MAGIC);
        page.put32(at + 4, version);
        page.put32(at + 8, root);
        page.put32(at + 12, level);
        page.put32(at + 16, fastRoot);
        page.put32(at + 20, fastLevel);
        page.put32(at + 24, lastCleanupDeletedPages);
        page.put64(at + 32, Double.doubleToRawLongBits(-1));
        page.put8(at + 40, allEqualImage ? 1 : 0);
        page.setLower(at + PAGE_SIZE);
    }
}
