package dev.neon.wal;

/**
 * The header of a WAL record; 24 bytes, little-endian, at a multiple of 8; it may itself cross a page
 * ({@code REL_17 xlogrecord.h XLogRecord}).
 * <pre>
 *  0  u32 xl_tot_len   this header included
 *  4  u32 xl_xid
 *  8  u64 xl_prev      start of the record before
 * 16  u8  xl_info      lower four bits are not the resource manager's
 * 17  u8  xl_rmid
 * 20  u32 xl_crc       CRC-32C over bytes 24 and on, then over bytes 0 to 19
 * </pre>
 */
final class WalRecordHeader {
    static final int BYTES = 24;
    static final int XID = 4;
    static final int PREVIOUS = 8;
    static final int INFO = 16;
    static final int RMID = 17;
    static final int CRC = 20;
    /** The bytes of the header that its CRC covers. */
    static final int CHECKED = 20;
    /** {@code XLogRecordMaxSize}, 1020 MiB ({@code REL_16 xlogrecord.h}); older releases cannot replay longer ones. */
    static final int LONGEST = 1020 << 20;

    static final int RM_XLOG = 0;
    /** {@code pg_control.h XLOG_SWITCH}: the rest of the segment is not used. */
    static final int XLOG_SWITCH = 0x40;
    /** {@code pg_control.h XLOG_OVERWRITE_CONTRECORD}: the record stands in place of the rest of another. */
    private static final int XLOG_OVERWRITE = 0xD0;
    /** Where such a record, which has main data only, names that other's start; the time follows. */
    static final int OVERWRITTEN = BYTES + 2;
    private static final int OVERWRITE_BYTES = OVERWRITTEN + 16;
    /** {@code XLR_RMGR_INFO_MASK}: the bits of {@code xl_info} that are the resource manager's. */
    static final int RMGR_INFO = 0xF0;

    private WalRecordHeader() {}

    static boolean isSwitch(int rmid, int info) {
        return rmid == RM_XLOG && (info & RMGR_INFO) == XLOG_SWITCH;
    }

    /** Of the record that begins at {@code first}. */
    static boolean isOverwrite(byte[] bytes, int first) {
        return LittleEndian.u8(bytes, first + RMID) == RM_XLOG
                && (LittleEndian.u8(bytes, first + INFO) & RMGR_INFO) == XLOG_OVERWRITE;
    }

    /** The start of the record in whose place this one stands, which has {@code total} bytes; 0 if it does not say. */
    static long overwritten(byte[] bytes, int first, int total) {
        return total == OVERWRITE_BYTES ? LittleEndian.i64(bytes, first + OVERWRITTEN) : 0;
    }

    /** Records start and end at multiples of 8. */
    static long align(long bytes) {
        return bytes + 7 & -8;
    }
}
