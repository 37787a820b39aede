package dev.neon.repo.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The fields of a page's header that make pages small ({@code REL_17 bufpage.h PageHeaderData}), little-endian. */
final class PageHeader {
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int LOWER = 12;
    private static final int UPPER = 14;
    private static final byte[] ZEROS = new byte[PagePatch.PAGE];

    private PageHeader() {}

    /** Where the hole begins, on a page that has one. */
    static int lower(byte[] page) {
        return (short) SHORT.get(page, LOWER) & 0xFFFF;
    }

    /** Where the hole ends, exclusive. */
    static int upper(byte[] page) {
        return (short) SHORT.get(page, UPPER) & 0xFFFF;
    }

    /** pd_lsn, whose upper half comes first ({@code REL_17 bufpage.h PageXLogRecPtr}). */
    static long lsn(byte[] page) {
        return Long.rotateLeft((long) LONG.get(page, 0), Integer.SIZE);
    }

    static void setLsn(byte[] page, long lsn) {
        LONG.set(page, 0, Long.rotateLeft(lsn, Integer.SIZE));
    }

    static boolean isZero(byte[] page, int from, int to) {
        return Arrays.mismatch(page, from, to, ZEROS, 0, to - from) < 0;
    }
}
