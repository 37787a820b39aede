package dev.neon.rmgr.heap;

import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.ItemPointer;
import dev.neon.rmgr.RmgrRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the manager Heap2 writes ({@code REL_18 heapam_xlog.h}); offsets, xids and so on as in {@link HeapRecord}. */
public sealed interface Heap2Record extends RmgrRecord {
    /**
     * Line pointers and tuples of a page, block 0, are cleaned up: one record for what 14 to 16 call PRUNE, VACUUM and
     * FREEZE_PAGE, and 17 after its occasion PRUNE_ON_ACCESS, PRUNE_VACUUM_SCAN and PRUNE_VACUUM_CLEANUP.
     *
     * @param conflictHorizon   standbys cancel queries whose snapshots see this xid as running; FREEZE_PAGE of 14 and
     *                          15 tells the xid after it. Empty if the record has none
     * @param isCatalogRelation whether logical decoding reads the relation as a catalog; false before 16
     * @param hasCleanupLock    whether tuples may be removed and those left be moved together. Otherwise the line
     *                          pointers that become unused were dead before, and the array of line pointers is cut
     *                          off behind the last used one ({@code XLHP_CLEANUP_LOCK})
     * @param items             the changes
     */
    record Prune(OptionalInt conflictHorizon, boolean isCatalogRelation, boolean hasCleanupLock, PageItems items)
            implements Heap2Record {}

    /**
     * A page, block 1, is all-visible; its bits are in the visibility map's page, block 0.
     *
     * @param conflictHorizon as in {@link Prune}; 0 for none
     * @param flags           {@link VisibilityFlags}
     */
    record Visible(int conflictHorizon, int flags) implements Heap2Record {}

    /**
     * New tuples on one page.
     *
     * @param flags   {@link InsertFlags}
     * @param offsets where; on a page that is made anew, which records leave out, 1 and up. Not to be modified
     * @param tuples  as many; empty as in {@link HeapRecord.Insert}
     */
    record MultiInsert(int flags, int[] offsets, Optional<List<LoggedTuple>> tuples) implements Heap2Record {}

    /** A row lock on a tuple's later version; parameters as in {@link HeapRecord.Lock}. */
    record LockUpdated(int xmax, int offset, int infobits, int flags) implements Heap2Record {}

    /**
     * Commands that a catalog's tuple was made and deleted by, told for logical decoding only; no block.
     *
     * @param topXid   the top-level transaction
     * @param cmin     -1, unsigned, if not told
     * @param cmax     likewise
     * @param comboCid likewise
     * @param relation the catalog
     * @param tuple    in it
     */
    record NewCid(int topXid, int cmin, int cmax, int comboCid, RelFileLocator relation, ItemPointer tuple)
            implements Heap2Record {}

    /**
     * Bytes for a file below {@code pg_logical/mappings}, which says where a catalog's tuples went when it was
     * rewritten; no block. The file's name has all of this but {@code offset}, and the record's xid.
     *
     * @param mappedXid      whose tuples
     * @param mappedDatabase 0 for a shared catalog
     * @param mappedRelation the catalog's oid
     * @param offset         in the file, in bytes
     * @param startLsn       when rewriting began
     * @param mappings       36 bytes each ({@code LogicalRewriteMappingData}); not to be modified, not compared by
     *                       {@code equals}
     */
    record Rewrite(int mappedXid, int mappedDatabase, int mappedRelation, long offset, Lsn startLsn, byte[] mappings)
            implements Heap2Record {}
}
