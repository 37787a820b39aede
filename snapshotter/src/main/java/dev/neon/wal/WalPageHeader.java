package dev.neon.wal;

/**
 * The header of a WAL page; 24 bytes, or 40 on the first page of a segment; little-endian, unsigned
 * ({@code REL_17 xlog_internal.h XLogPageHeaderData}, {@code XLogLongPageHeaderData}).
 * <pre>
 *  0  u16 xlp_magic       24  u64 xlp_sysid        long header only
 *  2  u16 xlp_info        32  u32 xlp_seg_size
 *  4  u32 xlp_tli         36  u32 xlp_xlog_blcksz
 *  8  u64 xlp_pageaddr
 * 16  u32 xlp_rem_len      bytes left of a record that began on an earlier page
 * </pre>
 */
final class WalPageHeader {
    static final int PAGE_SIZE = 8192;
    static final int SHORT = 24;
    static final int LONG = 40;

    /** The page begins with the rest of a record. */
    static final int FIRST_IS_CONTRECORD = 0x0001;
    static final int LONG_HEADER = 0x0002;
    /** Archivers may drop the block images of the page; of no consequence to a reader. */
    static final int BKP_REMOVABLE = 0x0004;
    /** The record that was to continue here was given up after a crash; the page begins with a new one. */
    static final int FIRST_IS_OVERWRITE_CONTRECORD = 0x0008;
    static final int ALL_FLAGS = 0x000F;

    static final int INFO = 2;
    static final int TIMELINE = 4;
    static final int ADDRESS = 8;
    static final int REMAINING_LENGTH = 16;
    static final int SYSTEM_IDENTIFIER = 24;
    static final int SEGMENT_SIZE = 32;
    static final int BLOCK_SIZE = 36;

    private WalPageHeader() {}

    /** The size that a header must have at this position: {@link #LONG} at a segment's start. */
    static int lengthAt(long lsn, int segmentSize) {
        return (lsn & (segmentSize - 1)) < PAGE_SIZE ? LONG : SHORT;
    }

    /** The page's start for the position after its header, which is the same point; any other position as it is. */
    static long boundary(long lsn, int segmentSize) {
        return lsn % PAGE_SIZE == lengthAt(lsn, segmentSize) ? pageOf(lsn) : lsn;
    }

    /** The LSN of the byte that stands {@code count} bytes after the one at {@code lsn}, page headers not counted. */
    static long advance(long lsn, long count, int segmentSize) {
        long at = lsn;
        long left = count;
        while (left >= pageOf(at) + PAGE_SIZE - at) {
            long next = pageOf(at) + PAGE_SIZE;
            left -= next - at;
            at = next + lengthAt(next, segmentSize);
        }
        return at + left;
    }

    /** The LSN of the page that holds the byte at {@code lsn}. */
    static long pageOf(long lsn) {
        return lsn & -PAGE_SIZE;
    }
}
