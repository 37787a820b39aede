package dev.neon.page;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/**
 * Computes {@code pd_checksum} ({@code REL_17 checksum_impl.h pg_checksum_page}): 32 hashes in the manner of FNV-1a, each
 * over every 32nd word of the page, folded into 16 bits with the block's number. Used by one thread; it allocates nothing
 * after it was made.
 */
public final class PageChecksum {
    private static final int COLUMNS = 32;
    private static final int AT_ONCE = 8;
    private static final int PRIME = 16777619;
    /** {@code checksumBaseOffsets}. */
    private static final int[] OFFSETS = {
        0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
        0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
        0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
        0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756};
    /** The word of the page whose lower half is {@code pd_checksum}. */
    private static final int CHECKSUM_WORD = 2;

    private final int[] words = new int[Page.SIZE / Integer.BYTES];

    /**
     * The checksum of a page, 1 to 65535; what stands in its place does not count.
     *
     * @param page   has {@link Page#SIZE} bytes from {@code offset} on
     * @param block  the page's number in its fork
     */
    public int of(byte[] page, int offset, int block) {
        IntBuffer view = ByteBuffer.wrap(page, offset, Page.SIZE).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        view.get(words);
        words[CHECKSUM_WORD] &= 0xFFFF_0000;
        int folded = block;
        for (int column = 0; column < COLUMNS; column += AT_ONCE) {
            folded ^= columns(column);
        }
        return Integer.remainderUnsigned(folded, 65535) + 1;
    }

    /**
     * The hashes of some neighbouring columns, folded. In variables, not in an array: the quick compiler, which short commands
     * do with, makes five times as much of a loop over columns.
     */
    private int columns(int first) {
        int[] page = words;
        int a = OFFSETS[first];
        int b = OFFSETS[first + 1];
        int c = OFFSETS[first + 2];
        int d = OFFSETS[first + 3];
        int e = OFFSETS[first + 4];
        int f = OFFSETS[first + 5];
        int g = OFFSETS[first + 6];
        int h = OFFSETS[first + 7];
        for (int at = first; at < page.length; at += COLUMNS) {
            a = mix(a ^ page[at]);
            b = mix(b ^ page[at + 1]);
            c = mix(c ^ page[at + 2]);
            d = mix(d ^ page[at + 3]);
            e = mix(e ^ page[at + 4]);
            f = mix(f ^ page[at + 5]);
            g = mix(g ^ page[at + 6]);
            h = mix(h ^ page[at + 7]);
        }
        // Two rows of zeros follow.
        return mix(mix(a)) ^ mix(mix(b)) ^ mix(mix(c)) ^ mix(mix(d)) ^ mix(mix(e)) ^ mix(mix(f)) ^ mix(mix(g)) ^ mix(mix(h));
    }

    private static int mix(int value) {
        return value * PRIME ^ value >>> 17;
    }
}
