package dev.neon.rmgr.heap;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.ItemPointer;
import dev.neon.wal.WalRecord;

/**
 * A tuple in a page, whose header redo changes ({@code REL_17 htup_details.h HeapTupleHeaderData}):
 * <pre>
 *  0  u32 t_xmin                 12  u16 t_ctid: bi_hi, bi_lo, ip_posid
 *  4  u32 t_xmax                 18  u16 t_infomask2
 *  8  u32 t_cid, or t_xvac       20  u16 t_infomask
 *                                22  u8  t_hoff: where the data start
 *                                23  null bitmap, padding, data
 * </pre>
 *
 * @param at     where it begins in the page
 * @param length in bytes, header included
 */
record HeapTuple(Page page, int at, int length) {
    /** {@code SizeofHeapTupleHeader}. */
    static final int HEADER = 23;

    static final int XMIN = 0;
    static final int XMAX = 4;
    static final int CID = 8;
    static final int CTID = 12;
    private static final int CTID_OFFSET = 16;
    static final int INFOMASK2 = 18;
    static final int INFOMASK = 20;
    static final int HOFF = 22;

    private static final int XMAX_KEYSHR_LOCK = 0x0010;
    private static final int COMBOCID = 0x0020;
    private static final int XMAX_EXCL_LOCK = 0x0040;
    private static final int XMAX_LOCK_ONLY = 0x0080;
    private static final int XMAX_COMMITTED = 0x0400;
    private static final int XMAX_INVALID = 0x0800;
    private static final int XMAX_IS_MULTI = 0x1000;
    /** {@code HEAP_MOVED}: by {@code VACUUM FULL} before 9.0. */
    private static final int MOVED = 0xC000;
    private static final int LOCK_MASK = XMAX_KEYSHR_LOCK | XMAX_EXCL_LOCK;
    /** {@code HEAP_XMAX_BITS}. */
    private static final int XMAX_BITS = XMAX_COMMITTED | XMAX_INVALID | XMAX_IS_MULTI | LOCK_MASK | XMAX_LOCK_ONLY;

    /** Of {@code t_infomask2}. */
    private static final int KEYS_UPDATED = 0x2000;
    private static final int HOT_UPDATED = 0x4000;

    /** {@code MovedPartitionsOffsetNumber}. */
    private static final int MOVED_PARTITIONS = 0xFFFD;
    private static final int INVALID_BLOCK = -1;

    /** @throws PageFormatException if there is no tuple at this line pointer */
    static HeapTuple of(Page page, int offset) {
        if (page.itemState(offset) != Page.NORMAL || page.itemLength(offset) < HEADER) {
            throw new PageFormatException("item " + offset + " is no tuple");
        }
        return new HeapTuple(page, page.normalItem(offset), page.itemLength(offset));
    }

    /**
     * A new tuple of the record's transaction, without its body.
     *
     * @param length of the body
     */
    static HeapTuple add(Page page, WalRecord record, int offset, LoggedTuple header, int length) {
        HeapTuple tuple = new HeapTuple(page, page.putItem(offset, HEADER + length), HEADER + length);
        tuple.setXmin(record.xid());
        tuple.setXmax(0);
        page.put32(tuple.at + CID, 0);
        tuple.setCtid(record.block(0), offset);
        page.put16(tuple.at + INFOMASK2, header.infomask2());
        page.put16(tuple.at + INFOMASK, header.infomask() & ~COMBOCID);
        page.put8(tuple.at + HOFF, header.hoff());
        return tuple;
    }

    /** {@code t_hoff}. */
    int hoff() {
        return page.u8(at + HOFF);
    }

    void setXmin(int xmin) {
        page.put32(at + XMIN, xmin);
    }

    void setXmax(int xmax) {
        page.put32(at + XMAX, xmax);
    }

    /** {@code HeapTupleHeaderSetCmax} with the first command: which one it was is of no interest after a restart. */
    void clearCommand() {
        page.put32(at + CID, 0);
        setInfomask(infomask() & ~COMBOCID);
    }

    void setCtid(int block, int offset) {
        ItemPointer.putBlock(page, at + CTID, block);
        page.put16(at + CTID_OFFSET, offset);
    }

    /** {@code HeapTupleHeaderSetMovedPartitions}. */
    void setMovedToOtherPartition() {
        setCtid(INVALID_BLOCK, MOVED_PARTITIONS);
    }

    void setHotUpdated(boolean isSet) {
        setInfomask2(isSet ? infomask2() | HOT_UPDATED : infomask2() & ~HOT_UPDATED);
    }

    /**
     * What is known of {@code xmax} is forgotten, then taken from the record ({@code fix_infomask_from_infobits}).
     *
     * @param infobits {@link Infobits}
     */
    void setInfobits(int infobits) {
        int infomask = infomask() & ~(XMAX_BITS | MOVED);
        infomask |= (infobits & Infobits.XMAX_IS_MULTI) != 0 ? XMAX_IS_MULTI : 0;
        infomask |= (infobits & Infobits.XMAX_LOCK_ONLY) != 0 ? XMAX_LOCK_ONLY : 0;
        infomask |= (infobits & Infobits.XMAX_EXCL_LOCK) != 0 ? XMAX_EXCL_LOCK : 0;
        infomask |= (infobits & Infobits.XMAX_KEYSHR_LOCK) != 0 ? XMAX_KEYSHR_LOCK : 0;
        setInfomask(infomask);
        boolean isKeyUpdated = (infobits & Infobits.KEYS_UPDATED) != 0;
        setInfomask2(isKeyUpdated ? infomask2() | KEYS_UPDATED : infomask2() & ~KEYS_UPDATED);
    }

    /** {@code HEAP_XMAX_IS_LOCKED_ONLY}: {@code xmax} neither updated nor deleted the tuple. */
    boolean isOnlyLocked() {
        return (infomask() & XMAX_LOCK_ONLY) != 0 || (infomask() & (XMAX_IS_MULTI | LOCK_MASK)) == XMAX_EXCL_LOCK;
    }

    /** {@code heap_execute_freeze_tuple}. */
    void freeze(FreezePlan plan) {
        setXmax(plan.xmax());
        if ((plan.flags() & FreezePlan.FREEZE_XVAC) != 0) {
            page.put32(at + CID, FreezePlan.FROZEN_XID);
        }
        if ((plan.flags() & FreezePlan.INVALID_XVAC) != 0) {
            page.put32(at + CID, 0);
        }
        setInfomask(plan.infomask());
        setInfomask2(plan.infomask2());
    }

    private int infomask() {
        return page.u16(at + INFOMASK);
    }

    private void setInfomask(int infomask) {
        page.put16(at + INFOMASK, infomask);
    }

    private int infomask2() {
        return page.u16(at + INFOMASK2);
    }

    private void setInfomask2(int infomask2) {
        page.put16(at + INFOMASK2, infomask2);
    }
}
