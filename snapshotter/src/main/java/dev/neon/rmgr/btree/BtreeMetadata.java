package dev.neon.rmgr.btree;

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
    static BtreeMetadata read(RecordCursor from) {
        BtreeMetadata metadata = new BtreeMetadata(from.i32(), from.i32(), from.i32(), from.i32(), from.i32(),
                from.i32(), from.bool());
        from.skip(3).finish();
        return metadata;
    }
}
