package dev.neon.rmgr.hash;

import dev.neon.page.Page;
import dev.neon.page.PageFields;
import dev.neon.page.PageFormatException;
import dev.neon.rmgr.hash.HashRecord.InitMetaPage;
import dev.neon.rmgr.hash.HashRecord.Masks;
import dev.neon.rmgr.hash.HashRecord.Spares;
import java.util.ArrayList;
import java.util.List;

/**
 * Block 0 of a hash index ({@code REL_17 hash.h HashMetaPageData}), after the page's header.
 * <pre>
 *   0  u32 hashm_magic                 28  u32 hashm_highmask
 *   4  u32 hashm_version               32  u32 hashm_lowmask
 *   8  f64 hashm_ntuples               36  u32 hashm_ovflpoint   the split point: index of the last spares
 *  16  u16 hashm_ffactor               40  u32 hashm_firstfree   number of the first free overflow page
 *  18  u16 hashm_bsize                 44  u32 hashm_nmaps
 *  20  u16 hashm_bmsize                48  u32 hashm_procid
 *  22  u16 hashm_bmshift               52  98 times u32 hashm_spares    overflow pages up to each split point
 *  24  u32 hashm_maxbucket            444  1024 times u32 hashm_mapp    blocks of the bitmap pages
 * </pre>
 */
record HashMetaPage(Page page) {
    private static final int MAGIC_NUMBER = 0x6440640;
    private static final int VERSION_NUMBER = 4;

    private static final int MAGIC = Page.HEADER;
    private static final int VERSION = MAGIC + 4;
    private static final int TUPLES = MAGIC + 8;
    private static final int FILL_FACTOR = MAGIC + 16;
    private static final int PAGE_SIZE = MAGIC + 18;
    private static final int BITMAP_SIZE = MAGIC + 20;
    private static final int BITMAP_SHIFT = MAGIC + 22;
    private static final int MAX_BUCKET = MAGIC + 24;
    private static final int HIGH_MASK = MAGIC + 28;
    private static final int LOW_MASK = MAGIC + 32;
    private static final int SPLIT_POINT = MAGIC + 36;
    private static final int FIRST_FREE = MAGIC + 40;
    private static final int BITMAP_COUNT = MAGIC + 44;
    private static final int PROCEDURE = MAGIC + 48;
    private static final int SPARES = MAGIC + 52;
    private static final int BITMAPS = MAGIC + 444;
    /** {@code HASH_MAX_SPLITPOINTS}. */
    private static final int MAX_SPARES = 98;
    /** {@code HASH_MAX_BITMAPS}. */
    private static final int MAX_BITMAPS = 1024;
    private static final int END = MAGIC + 4544;

    /** Up to here each split point has one power of two of buckets, from here on it takes four to double them. */
    private static final int FIRST_GROUP_OF_FOUR = 10;
    private static final int MOST_BUCKETS = 0x40000000;

    /** {@code _hash_init_metabuffer}. */
    void init(InitMetaPage init) {
        new HashPage(page).init(HashPage.NONE, HashPage.NONE, HashPage.META);
        int buckets = buckets(init.tuples() / init.fillFactor());
        int splitPoint = splitPoint(buckets);
        int space = page.special() - Page.HEADER;
        int bitmapSize = Integer.highestOneBit(space);
        int highMask = (Integer.highestOneBit(buckets) << 1) - 1;
        page.put32(MAGIC, MAGIC_NUMBER);
        page.put32(VERSION, VERSION_NUMBER);
        page.put16(FILL_FACTOR, init.fillFactor());
        page.put16(PAGE_SIZE, space);
        page.put16(BITMAP_SIZE, bitmapSize);
        page.put16(BITMAP_SHIFT, Integer.numberOfTrailingZeros(bitmapSize * Byte.SIZE));
        page.put32(MAX_BUCKET, buckets - 1);
        page.put32(HIGH_MASK, highMask);
        page.put32(LOW_MASK, highMask >>> 1);
        page.put32(PROCEDURE, init.procedure());
        page.put32(spares(splitPoint), 1);
        page.put32(SPLIT_POINT, splitPoint);
        page.setLower(END);
    }

    /** As {@code hash_metapage_info} shows it, without those entries at the ends of lists that are 0. */
    PageFields fields() {
        return new PageFields().put("magic", page.u32(MAGIC)).put("version", page.u32(VERSION))
                .put("ntuples", Double.longBitsToDouble(page.i64(TUPLES))).put("ffactor", page.u16(FILL_FACTOR))
                .put("bsize", page.u16(PAGE_SIZE)).put("bmsize", page.u16(BITMAP_SIZE))
                .put("bmshift", page.u16(BITMAP_SHIFT)).put("maxbucket", page.u32(MAX_BUCKET))
                .put("highmask", page.u32(HIGH_MASK)).put("lowmask", page.u32(LOW_MASK))
                .put("ovflpoint", page.u32(SPLIT_POINT)).put("firstfree", page.u32(FIRST_FREE))
                .put("nmaps", page.u32(BITMAP_COUNT)).put("procid", page.u32(PROCEDURE))
                .putNumbers("spares", numbers(SPARES, MAX_SPARES)).putNumbers("mapp", numbers(BITMAPS, MAX_BITMAPS));
    }

    private List<Long> numbers(int at, int count) {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(page.u32(at + i * Integer.BYTES));
        }
        while (!numbers.isEmpty() && numbers.getLast() == 0) {
            numbers.removeLast();
        }
        return numbers;
    }

    private static int buckets(double wanted) {
        if (wanted <= 2) {
            return 2;
        }
        return wanted >= MOST_BUCKETS ? MOST_BUCKETS : bucketsUpTo(splitPoint((int) wanted));
    }

    /** {@code _hash_spareindex}: the split point that so many buckets belong to. */
    private static int splitPoint(int buckets) {
        int group = buckets < 2 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(buckets - 1);
        int beyond = group - FIRST_GROUP_OF_FOUR;
        return beyond < 0 ? group : FIRST_GROUP_OF_FOUR + beyond * 4 + ((buckets - 1 >>> group - 3) & 3);
    }

    /** {@code _hash_get_totalbuckets}. */
    private static int bucketsUpTo(int splitPoint) {
        int beyond = splitPoint - FIRST_GROUP_OF_FOUR;
        if (beyond < 0) {
            return 1 << splitPoint;
        }
        int before = 1 << FIRST_GROUP_OF_FOUR + beyond / 4 - 1;
        return before + before / 4 * (beyond % 4 + 1);
    }

    void setTuples(double tuples) {
        page.put64(TUPLES, Double.doubleToRawLongBits(tuples));
    }

    void countTuples(int more) {
        setTuples(Double.longBitsToDouble(page.i64(TUPLES)) + more);
    }

    void setFirstFree(int overflowPage) {
        page.put32(FIRST_FREE, overflowPage);
    }

    /** The first bitmap page stands after all buckets. */
    void addFirstBitmap() {
        addBitmap(page.i32(MAX_BUCKET) + 2);
    }

    void addBitmap(int block) {
        int count = page.i32(BITMAP_COUNT);
        page.put32(BITMAPS + checked(count, MAX_BITMAPS) * Integer.BYTES, block);
        page.put32(BITMAP_COUNT, count + 1);
    }

    /** One more page that is no bucket's first. */
    void countSpare() {
        int at = spares(page.i32(SPLIT_POINT));
        page.put32(at, page.i32(at) + 1);
    }

    void setMaxBucket(int bucket) {
        page.put32(MAX_BUCKET, bucket);
    }

    void setMasks(Masks masks) {
        page.put32(LOW_MASK, masks.low());
        page.put32(HIGH_MASK, masks.high());
    }

    void setSpares(Spares spares) {
        page.put32(spares(spares.splitPoint()), spares.pages());
        page.put32(SPLIT_POINT, spares.splitPoint());
    }

    private static int spares(int splitPoint) {
        return SPARES + checked(splitPoint, MAX_SPARES) * Integer.BYTES;
    }

    private static int checked(int index, int limit) {
        if (index < 0 || index >= limit) {
            throw new PageFormatException("a hash index' meta page has " + limit + " entries, none at " + index);
        }
        return index;
    }
}
