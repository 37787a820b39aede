package dev.neon.rmgr.hash;

import dev.neon.page.Page;
import dev.neon.rmgr.hash.HashRecord.MovedTuples;

/**
 * A page of a hash index, which keeps 16 bytes at its end ({@code REL_17 hash.h HashPageOpaqueData}).
 * <pre>
 *  0  u32 hasho_prevblkno  page before it in its bucket; in a bucket's first page, the highest bucket when it was made
 *                          or last split
 *  4  u32 hasho_nextblkno  page after it in its bucket
 *  8  u32 hasho_bucket
 * 12  u16 hasho_flag
 * 14  u16 hasho_page_id    0xFF80
 * </pre>
 * 0xFFFFFFFF is no block and no bucket.
 */
record HashPage(Page page) {
    /** {@code InvalidBlockNumber} and {@code InvalidBucket}. */
    static final int NONE = -1;

    /** {@code LH_UNUSED_PAGE}. */
    static final int UNUSED = 0x0000;
    /** {@code LH_OVERFLOW_PAGE}. */
    static final int OVERFLOW = 0x0001;
    /** {@code LH_BITMAP_PAGE}. */
    static final int BITMAP = 0x0004;
    /** {@code LH_META_PAGE}. */
    static final int META = 0x0008;
    /** {@code LH_BUCKET_NEEDS_SPLIT_CLEANUP}: items that the bucket gave to another are left in it. */
    static final int NEEDS_SPLIT_CLEANUP = 0x0040;
    /** {@code LH_PAGE_HAS_DEAD_TUPLES}: a hint. */
    static final int HAS_DEAD_TUPLES = 0x0080;

    private static final int SIZE = 16;
    private static final int START = Page.SIZE - SIZE;
    private static final int PREVIOUS = START;
    private static final int NEXT = START + 4;
    private static final int BUCKET = START + 8;
    private static final int FLAGS = START + 12;
    private static final int PAGE_ID = START + 14;
    /** {@code HASHO_PAGE_ID}. */
    private static final int IS_HASH = 0xFF80;

    /** {@code _hash_initbuf}: an empty page, the last of its bucket. */
    void init(int previous, int bucket, int flags) {
        page.init(SIZE);
        page.put32(PREVIOUS, previous);
        page.put32(NEXT, NONE);
        page.put32(BUCKET, bucket);
        page.put16(FLAGS, flags);
        page.put16(PAGE_ID, IS_HASH);
    }

    int previous() {
        return sound().i32(PREVIOUS);
    }

    int next() {
        return sound().i32(NEXT);
    }

    int bucket() {
        return sound().i32(BUCKET);
    }

    int flags() {
        return sound().u16(FLAGS);
    }

    int pageId() {
        return sound().u16(PAGE_ID);
    }

    void setPrevious(int block) {
        sound().put32(PREVIOUS, block);
    }

    void setNext(int block) {
        sound().put32(NEXT, block);
    }

    void setFlags(int flags) {
        sound().put16(FLAGS, flags);
    }

    void clearFlag(int flag) {
        setFlags(flags() & ~flag);
    }

    void insert(MovedTuples moved) {
        for (int i = 0; i < moved.offsets().length; i++) {
            page.insertItem(moved.offsets()[i], moved.tuples().get(i).bytes());
        }
    }

    private Page sound() {
        page.special(SIZE);
        return page;
    }
}
