package dev.neon.rmgr.btree;

import dev.neon.page.Page;

/**
 * A page of a btree, which keeps 16 bytes at its end ({@code REL_17 nbtree.h BTPageOpaqueData}).
 * <pre>
 *  0  u32 btpo_prev     left sibling; 0 for none
 *  4  u32 btpo_next     right sibling; 0 for none
 *  8  u32 btpo_level    0 for leaves
 * 12  u16 btpo_flags
 * 14  u16 btpo_cycleid  of the VACUUM that ran while the page was last split
 * </pre>
 * Item 1 is the high key, the upper bound of all keys, but on the last page of a level, which has none.
 */
record BtreePage(Page page) {
    /** {@code BTP_LEAF}. */
    static final int LEAF = 0x0001;
    /** {@code BTP_ROOT}. */
    static final int ROOT = 0x0002;
    /** {@code BTP_DELETED}. */
    static final int DELETED = 0x0004;
    /** {@code BTP_META}. */
    static final int META = 0x0008;
    /** {@code BTP_HALF_DEAD}: empty, and without a link from its parent. */
    static final int HALF_DEAD = 0x0010;
    /** {@code BTP_HAS_GARBAGE}: a hint that there are dead items. */
    static final int HAS_GARBAGE = 0x0040;
    /** {@code BTP_INCOMPLETE_SPLIT}: the parent has no link to the right sibling yet. */
    static final int INCOMPLETE_SPLIT = 0x0080;
    /** {@code BTP_HAS_FULLXID}: deleted, with a 64-bit xid from which on it may be reused. */
    static final int HAS_FULL_XID = 0x0100;

    private static final int SIZE = 16;
    private static final int START = Page.SIZE - SIZE;
    private static final int LEFT = START;
    private static final int RIGHT = START + 4;
    private static final int LEVEL = START + 8;
    private static final int FLAGS = START + 12;
    private static final int CYCLE_ID = START + 14;

    /** {@code _bt_pageinit} and what all follow it with: an empty page of these siblings. */
    void init(int left, int right, int level, int flags) {
        page.init(SIZE);
        page.put32(LEFT, left);
        page.put32(RIGHT, right);
        page.put32(LEVEL, level);
        page.put16(FLAGS, flags);
    }

    int left() {
        return sound().i32(LEFT);
    }

    int right() {
        return sound().i32(RIGHT);
    }

    int level() {
        return sound().i32(LEVEL);
    }

    int flags() {
        return sound().u16(FLAGS);
    }

    int cycleId() {
        return sound().u16(CYCLE_ID);
    }

    void setLeft(int block) {
        sound().put32(LEFT, block);
    }

    void setRight(int block) {
        sound().put32(RIGHT, block);
    }

    void setFlags(int flags) {
        sound().put16(FLAGS, flags);
    }

    void clearFlag(int flag) {
        setFlags(flags() & ~flag);
    }

    void clearCycleId() {
        sound().put16(CYCLE_ID, 0);
    }

    /** {@code P_FIRSTDATAKEY}: the first item that is not the high key. */
    int firstDataOffset() {
        return right() == 0 ? 1 : 2;
    }

    /**
     * Takes all items off the page, which is otherwise left as it is ({@code PageGetTempPageCopySpecial}).
     *
     * @return the page as it was
     */
    Page takeItems() {
        Page before = Page.of(sound().bytes().clone());
        page.init(SIZE);
        page.put(START, before.copy(START, Page.SIZE));
        return before;
    }

    private Page sound() {
        page.special(SIZE);
        return page;
    }
}
