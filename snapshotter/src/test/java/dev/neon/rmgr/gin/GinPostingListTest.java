package dev.neon.rmgr.gin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.neon.page.PageFormatException;
import dev.neon.rmgr.ItemPointer;
import dev.neon.wal.CraftedRecord;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GinPostingListTest {
    private static long row(int block, int offset) {
        return GinPostingList.row(new ItemPointer(block, offset));
    }

    @Test
    void distancesOfOneAndTwoBytes() {
        long[] rows = {row(0x10007, 1), row(0x10007, 2), row(0x10008, 1)};
        byte[] list = CraftedRecord.bytes("0100 0700 0100 0300 01 ff0f 00");
        assertArrayEquals(list, GinPostingList.encode(rows));
        assertArrayEquals(rows, GinPostingList.decode(list, 0));
        assertEquals(list.length, GinPostingList.size(list, 0));
    }

    @Test
    void theLargestDistanceHasSevenBytes() {
        long[] rows = {row(0, 1), row(-2, 2047)};
        byte[] list = CraftedRecord.bytes("0000 0000 0100 0700 feefffffffff01 00");
        assertArrayEquals(list, GinPostingList.encode(rows));
        assertArrayEquals(rows, GinPostingList.decode(list, 0));
    }

    @Test
    void whatIsEncodedIsDecoded() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int most = 1 << random.nextInt(1, 31);
            long[] rows = LongStream.generate(() -> row(random.nextInt(most), random.nextInt(1, 291)))
                    .limit(random.nextInt(1, 300)).sorted().distinct().toArray();
            assertArrayEquals(rows, GinPostingList.decode(GinPostingList.encode(rows), 0), "seed " + seed);
        }
    }

    @Test
    void rowsOfBothAreMergedOnce() {
        assertArrayEquals(new long[] {1, 2, 3, 4, 9},
                GinPostingList.merge(new long[] {1, 3, 4}, new long[] {2, 3, 9}));
        assertArrayEquals(new long[] {1, 2}, GinPostingList.merge(new long[] {2}, new long[] {1}));
        assertArrayEquals(new long[] {1}, GinPostingList.merge(new long[0], new long[] {1}));
    }

    @Test
    void listsThatAreNoneAreRefused() {
        assertThrows(PageFormatException.class, () -> GinPostingList.size(new byte[7], 0));
        assertThrows(PageFormatException.class,
                () -> GinPostingList.size(CraftedRecord.bytes("0000 0700 0100 0300 01 01"), 0));
        assertThrows(PageFormatException.class,
                () -> GinPostingList.decode(CraftedRecord.bytes("0000 0700 0100 0200 01 ff"), 0));
        assertThrows(PageFormatException.class,
                () -> GinPostingList.decode(CraftedRecord.bytes("0000 0700 0100 0800 ffff ffff ffff ff01"), 0));
    }
}
