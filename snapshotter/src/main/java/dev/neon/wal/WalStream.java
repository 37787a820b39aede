package dev.neon.wal;

import static dev.neon.wal.WalPageHeader.PAGE_SIZE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * WAL without its page headers: the bodies of pages, one behind the other, in memory on the heap that is used again. A
 * record lies there in one piece, and bytes on the heap are read at less cost than those of a mapped file. A copy: what
 * a server appends to a page later is not seen before the page is copied anew.
 */
final class WalStream {
    /** Some pages, and little enough to stay in the processor's cache. */
    private static final int ROOM = 64 << 10;
    private static final long NONE = -1;

    private ByteBuffer bytes = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
    private byte[] array = bytes.array();
    private long page = NONE;
    private long bodyLsn;
    private int bodyAt;
    private int end;

    /** Drops everything. */
    void clear() {
        page = NONE;
    }

    /** Drops everything and takes the page that {@code pages} is on. */
    void begin(WalPages pages) {
        end = 0;
        take(pages);
    }

    /**
     * Takes the next page, the one that {@code pages} is on. What is before {@code keep} may be dropped. Room grows to
     * twice what is kept, so whoever keeps a long record bounds it: {@link WalReader#LONGEST_GATHERED}.
     *
     * @return where the bytes from {@code keep} on are now
     */
    int append(WalPages pages, int keep) {
        int kept = end - keep;
        int from = keep;
        if (end + PAGE_SIZE > bytes.capacity()) {
            ByteBuffer roomy = kept + PAGE_SIZE <= bytes.capacity() ? bytes
                    : ByteBuffer.allocate(2 * kept + PAGE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
            System.arraycopy(array, keep, roomy.array(), 0, kept);
            bytes = roomy;
            array = roomy.array();
            end = kept;
            from = 0;
        }
        take(pages);
        return from;
    }

    private void take(WalPages pages) {
        page = pages.page();
        bodyLsn = page + pages.headerLength();
        bodyAt = end;
        int length = (int) (Math.min(page + PAGE_SIZE, pages.visibleEnd()) - bodyLsn);
        pages.copy(bodyLsn, array, end, length);
        end += length;
    }

    /** Whether {@code lsn} is on the newest page. */
    boolean isOnPage(long lsn) {
        return page != NONE && lsn - page >= 0 && lsn - page < PAGE_SIZE;
    }

    /** The newest page. */
    long page() {
        return page;
    }

    /** The LSN of the newest page's first byte after its header. */
    long bodyLsn() {
        return bodyLsn;
    }

    /** Whether the newest page's last byte is there, not cut off by the end of a file or a fork. */
    boolean isWhole() {
        return end - bodyAt == page + PAGE_SIZE - bodyLsn;
    }

    /** Where in {@link #bytes} the byte at an LSN of the newest page is. */
    int offset(long lsn) {
        return bodyAt + (int) (lsn - bodyLsn);
    }

    /** The LSN after the byte before {@code offset}, which is on the newest page. */
    long lsn(int offset) {
        return bodyLsn + offset - bodyAt;
    }

    /** The bytes of the pages, on the heap from offset 0, little-endian, up to {@link #end}. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** The same bytes. */
    byte[] array() {
        return array;
    }

    int end() {
        return end;
    }
}
