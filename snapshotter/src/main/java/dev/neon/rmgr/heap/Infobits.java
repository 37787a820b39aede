package dev.neon.rmgr.heap;

import dev.neon.wal.RecordCursor;

/**
 * What becomes of a tuple's {@code t_infomask} and {@code t_infomask2} with its {@code xmax}
 * ({@code REL_17 heapam_xlog.h XLHL_*}).
 */
public final class Infobits {
    /** {@code XLHL_XMAX_IS_MULTI}. */
    public static final int XMAX_IS_MULTI = 0x01;
    /** {@code XLHL_XMAX_LOCK_ONLY}. */
    public static final int XMAX_LOCK_ONLY = 0x02;
    /** {@code XLHL_XMAX_EXCL_LOCK}. */
    public static final int XMAX_EXCL_LOCK = 0x04;
    /** {@code XLHL_XMAX_KEYSHR_LOCK}. */
    public static final int XMAX_KEYSHR_LOCK = 0x08;
    /** {@code XLHL_KEYS_UPDATED}. */
    public static final int KEYS_UPDATED = 0x10;

    private static final int ALL = 0x1F;
    private static final String[] NAMES = {"IS_MULTI", "LOCK_ONLY", "EXCL_LOCK", "KEYSHR_LOCK", "KEYS_UPDATED"};

    private Infobits() {}

    static int read(RecordCursor cursor) {
        return Flags.read(cursor, ALL);
    }

    /** {@code REL_14 heapdesc.c out_infobits}: a blank behind each. */
    static void append14(StringBuilder text, int infobits) {
        for (int i = 0; i < NAMES.length; i++) {
            if ((infobits & 1 << i) != 0) {
                text.append(NAMES[i]).append(' ');
            }
        }
    }

    /** {@code REL_16 heapdesc.c infobits_desc}: {@code [IS_MULTI, LOCK_ONLY]}. */
    static StringBuilder append16(StringBuilder text, int infobits) {
        return Lists.names(text, infobits, NAMES);
    }
}
