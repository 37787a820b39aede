package dev.neon.rmgr.hash;

import dev.neon.page.Page;

/**
 * A page of a hash index with a bit for each overflow page, after the page's header, that is 1 while it is in use
 * ({@code REL_17 hash/README}, "Free space management").
 */
record HashBitmap(Page page) {
    /** {@code _hash_initbitmapbuffer}: all in use. */
    void init(int size) {
        new HashPage(page).init(HashPage.NONE, HashPage.NONE, HashPage.BITMAP);
        page.fill(Page.HEADER, Page.HEADER + size, 0xFF);
        page.setLower(Page.HEADER + size);
    }

    void set(int bit) {
        int at = place(bit);
        page.put8(at, page.u8(at) | mask(bit));
    }

    void clear(int bit) {
        int at = place(bit);
        page.put8(at, page.u8(at) & ~mask(bit));
    }

    private static int place(int bit) {
        return Page.HEADER + bit / Byte.SIZE;
    }

    private static int mask(int bit) {
        return 1 << bit % Byte.SIZE;
    }
}
