package dev.neon.rmgr.hash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.Page;
import dev.neon.page.PageFormatException;
import dev.neon.postgres.PostgresMajor;
import dev.neon.redo.PageRedo;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.wal.CraftedRecord;
import dev.neon.wal.WalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each operation on each of its pages, byte by byte. */
class HashRedoTest {
    private static final int BUCKET = 0x0002;
    private static final int MAX_BUCKET = 48;
    private static final int HIGH_MASK = 52;
    private static final int LOW_MASK = 56;
    private static final int SPLIT_POINT = 60;
    private static final int FIRST_FREE = 64;
    private static final int BITMAP_COUNT = 68;
    private static final int SPARES = 76;
    private static final int BITMAPS = 468;

    private static String tuple(int key) {
        return "0000 0700 0200 1000 0" + key + "00000000000000";
    }

    private static Page bucket(int flags, String... items) {
        Page page = Page.zero();
        new HashPage(page).init(3, 2, flags);
        for (String item : items) {
            page.appendItem(CraftedRecord.bytes(item));
        }
        return page;
    }

    /** A meta page of two buckets and 5 rows. */
    private static Page meta() {
        Page page = Page.zero();
        HashMetaPage meta = new HashMetaPage(page);
        meta.init(new HashRecord.InitMetaPage(0, 450, 307));
        meta.setTuples(5);
        return page;
    }

    private static CraftedRecord crafted(int operation) {
        return crafted(PostgresMajor.V18, operation);
    }

    private static CraftedRecord crafted(PostgresMajor major, int operation) {
        return CraftedRecord.of(major, 12, operation);
    }

    private static Page redone(CraftedRecord crafted, int id, Page page) {
        WalRecord record = crafted.read();
        redo(crafted, id, page);
        assertEquals(record.end().value(), page.lsn());
        return page;
    }

    private static void redo(CraftedRecord crafted, int id, Page page) {
        try (PageRedo redo = new PageRedo(crafted.major())) {
            redo.redo(crafted.read(), id, page);
        }
    }

    private static void assertUnchanged(CraftedRecord crafted, int id) {
        Page page = bucket(BUCKET, tuple(1));
        byte[] before = page.bytes().clone();
        redo(crafted, id, page);
        assertArrayEquals(before, page.bytes());
    }

    private static void assertItems(Page page, String... expected) {
        List<String> items = IntStream.rangeClosed(1, page.itemCount())
                .mapToObj(offset -> HexFormat.of().formatHex(page.item(offset))).toList();
        assertEquals(List.of(expected).stream().map(item -> item.replace(" ", "")).toList(), items);
    }

    private static void assertSpecial(Page page, int previous, int next, int bucket, int flags) {
        assertEquals(List.of(previous, next, bucket, flags, 0xFF80), List.of(page.i32(8176), page.i32(8180),
                page.i32(8184), page.u16(8188), page.u16(8190)));
    }

    private static double tuples(Page meta) {
        return Double.longBitsToDouble(meta.i64(32));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 3, 1, 1", "1000, 3, 7, 3, 2", "157184, 511, 1023, 511, 9", "200000, 767, 1023, 511, 11",
            "157491, 639, 1023, 511, 10", "700000, 2559, 4095, 2047, 18"})
    void initMetaPage(double tuples, int maxBucket, int highMask, int lowMask, int splitPoint) {
        String number = HexFormat.of().formatHex(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(tuples).array());
        Page page = redone(crafted(0x00).newBlock("").main(number + "c2010000 3301"), 0, Page.zero());
        assertEquals(4568, page.lower());
        assertArrayEquals(CraftedRecord.bytes("40064406 04000000 0000000000000000 3301 d81f 0010 0f00"),
                page.copy(24, 48));
        assertEquals(List.of(maxBucket, highMask, lowMask, splitPoint, 0, 0, 450), IntStream.range(0, 7)
                .mapToObj(i -> page.i32(MAX_BUCKET + 4 * i)).toList());
        assertEquals(1, page.i32(SPARES + 4 * splitPoint));
        assertSpecial(page, -1, -1, -1, HashPage.META);
    }

    @Test
    void initBitmapPage() {
        CraftedRecord record = crafted(0x10).newBlock("").block("").main("0010");
        Page bitmap = redone(record, 0, Page.zero());
        assertEquals(24 + 4096, bitmap.lower());
        assertEquals(List.of(0xFF, 0xFF, 0), List.of(bitmap.u8(24), bitmap.u8(24 + 4095), bitmap.u8(24 + 4096)));
        assertSpecial(bitmap, -1, -1, -1, HashPage.BITMAP);
        Page meta = redone(record, 1, meta());
        assertEquals(List.of(1, 3), List.of(meta.i32(BITMAP_COUNT), meta.i32(BITMAPS)));
    }

    @Test
    void insert() {
        CraftedRecord record = crafted(0x20).block(tuple(3)).block("").main("0200");
        assertItems(redone(record, 0, bucket(BUCKET, tuple(1), tuple(5))), tuple(1), tuple(3), tuple(5));
        assertEquals(6, tuples(redone(record, 1, meta())));
    }

    @Test
    void addOverflowPageThatWasFree() {
        CraftedRecord record = crafted(0x30).newBlock("07000000").block("").block("09000000").block(4, "0a000000")
                .main("0010 01");
        assertSpecial(redone(record, 0, Page.zero()), 11, -1, 7, HashPage.OVERFLOW);
        assertSpecial(redone(record, 1, bucket(BUCKET)), 3, 10, 2, BUCKET);
        Page bitmap = bucket(HashPage.BITMAP);
        assertEquals(0x02, redone(record, 2, bitmap).u8(25));
        Page meta = redone(record, 4, meta());
        assertEquals(List.of(10, 1, 0), List.of(meta.i32(FIRST_FREE), meta.i32(SPARES + 4), meta.i32(BITMAP_COUNT)));
    }

    @Test
    void addOverflowPageAtTheEnd() {
        CraftedRecord record = crafted(0x30).newBlock("07000000").block("").block(3, "").block(4, "0a000000").main(
                "0010 00");
        assertEquals(24 + 4096, redone(record, 3, Page.zero()).lower());
        Page meta = redone(record, 4, meta());
        assertEquals(List.of(10, 3, 1, 13), List.of(meta.i32(FIRST_FREE), meta.i32(SPARES + 4),
                meta.i32(BITMAP_COUNT), meta.i32(BITMAPS)));
    }

    @Test
    void splitAllocatePage() {
        CraftedRecord record = crafted(0x40).block("").newBlock("").block("03000000 07000000 05000000 06000000").main(
                "04000000 2200 4200 03");
        assertSpecial(redone(record, 0, bucket(BUCKET)), 4, -1, 2, 0x22);
        assertSpecial(redone(record, 1, Page.zero()), 4, -1, 4, 0x42);
        Page meta = redone(record, 2, meta());
        assertEquals(List.of(4, 7, 3, 5, 6), List.of(meta.i32(MAX_BUCKET), meta.i32(HIGH_MASK), meta.i32(LOW_MASK),
                meta.i32(SPLIT_POINT), meta.i32(SPARES + 20)));
    }

    @Test
    void splitPage() {
        assertThrows(UnsupportedWalException.class, () -> redo(crafted(0x50).block(""), 0, bucket(BUCKET)));
    }

    @Test
    void splitComplete() {
        CraftedRecord record = crafted(0x60).block("").block("").main("4200 0200");
        assertSpecial(redone(record, 0, bucket(0x22)), 3, -1, 2, 0x42);
        assertSpecial(redone(record, 1, bucket(0x12)), 3, -1, 2, 0x02);
    }

    @Test
    void movePageContents() {
        CraftedRecord record = crafted(0x70).block("").block("0100 0300" + tuple(1) + tuple(5)).block("0200 0300 0400")
                .main("0200 00");
        assertUnchanged(record, 0);
        assertItems(redone(record, 1, bucket(BUCKET, tuple(2), tuple(6))), tuple(1), tuple(2), tuple(5), tuple(6));
        assertItems(redone(record, 2, bucket(HashPage.OVERFLOW, tuple(1), tuple(2), tuple(3), tuple(4))), tuple(1));
    }

    @Test
    void squeezePage() {
        CraftedRecord record = crafted(0x80).block("").block("0200" + tuple(5)).block("").block("").block("")
                .block("09000000").block("0a000000").main("04000000 05000000 0100 00 00");
        assertUnchanged(record, 0);
        Page target = redone(record, 1, bucket(BUCKET, tuple(2), tuple(6)));
        assertItems(target, tuple(2), tuple(5), tuple(6));
        assertSpecial(target, 3, -1, 2, BUCKET);
        Page freed = redone(record, 2, bucket(HashPage.OVERFLOW, tuple(5)));
        assertItems(freed);
        assertSpecial(freed, -1, -1, -1, HashPage.UNUSED);
        assertSpecial(redone(record, 3, bucket(BUCKET)), 3, 5, 2, BUCKET);
        assertSpecial(redone(record, 4, bucket(BUCKET)), 4, -1, 2, BUCKET);
        Page bitmap = Page.zero();
        new HashBitmap(bitmap).init(4096);
        assertEquals(0xFD, redone(record, 5, bitmap).u8(25));
        assertEquals(10, redone(record, 6, meta()).i32(FIRST_FREE));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void squeezePageWithoutTuples(int major) {
        PostgresMajor release = PostgresMajor.of(major);
        CraftedRecord before = crafted(release, 0x80).block(1, "").block(2, "").block(5, "09000000")
                .main("04000000 05000000 0000 01 01");
        assertSpecial(redone(before, 1, bucket(BUCKET)), 3, 5, 2, BUCKET);
        CraftedRecord other = crafted(release, 0x80).block(1, "").block(2, "").block(3, "").block(5, "09000000")
                .main("04000000 05000000 0000 01 00");
        if (major >= 17) {
            assertUnchanged(other, 1);
        } else {
            assertItems(redone(other, 1, bucket(BUCKET, tuple(1))), tuple(1));
        }
    }

    @Test
    void delete() {
        CraftedRecord record = crafted(0x90).block("").block("0100 0300").main("01 00");
        assertUnchanged(record, 0);
        Page page = redone(record, 1, bucket(BUCKET | HashPage.HAS_DEAD_TUPLES, tuple(1), tuple(2), tuple(3)));
        assertItems(page, tuple(2));
        assertSpecial(page, 3, -1, 2, BUCKET);
        CraftedRecord keeping = crafted(0x90).block(1, "0100").main("00 01");
        assertSpecial(redone(keeping, 1, bucket(0x82, tuple(1))), 3, -1, 2, 0x82);
    }

    @Test
    void splitCleanup() {
        assertSpecial(redone(crafted(0xA0).block(""), 0, bucket(0x42)), 3, -1, 2, BUCKET);
    }

    @Test
    void updateMetaPage() {
        assertEquals(1000, tuples(redone(crafted(0xB0).block("").main("0000000000408f40"), 0, meta())));
    }

    @Test
    void vacuumOnePage() {
        CraftedRecord record = crafted(0xC0).block("").block("").main("ffffffff 0200 00 00 0100 0300");
        Page page = redone(record, 0, bucket(0x82, tuple(1), tuple(2), tuple(3)));
        assertItems(page, tuple(2));
        assertSpecial(page, 3, -1, 2, BUCKET);
        assertEquals(3, tuples(redone(record, 1, meta())));
    }

    @Test
    void aPageOfAnotherKind() {
        Page heap = Page.zero();
        heap.init(0);
        assertThrows(PageFormatException.class, () -> redo(crafted(0xA0).block(""), 0, heap));
        Page meta = meta();
        meta.put32(SPLIT_POINT, 98);
        CraftedRecord record = crafted(0x30).newBlock("07000000").block("").block(3, "").block(4, "0a000000").main(
                "0010 00");
        assertThrows(PageFormatException.class, () -> redo(record, 4, meta));
    }
}
