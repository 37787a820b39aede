package dev.neon.difference;

import dev.neon.page.Page;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Recognises in heap pages what points to toasted values ({@code REL_17 varatt.h varattrib_1b_e, varatt_external}); it is
 * not aligned.
 * <pre>
 *  0  u8  va_header      0x01
 *  1  u8  va_tag         18, VARTAG_ONDISK
 *  2  i32 va_rawsize
 *  6  u32 va_extinfo
 * 10  u32 va_valueid
 * 14  u32 va_toastrelid
 * </pre>
 * Bytes of other values may look like one; then a value is looked for that nobody needs.
 */
public final class ToastPointers {
    private static final int HEADER = 0x01;
    private static final int ON_DISK = 18;
    private static final int VALUE = 10;
    private static final int TABLE = 14;
    private static final int BYTES = 18;

    private final int toastTable;
    private final SortedSet<Long> values = new TreeSet<>();

    /** @param toastTable its oid */
    public ToastPointers(int toastTable) {
        this.toastTable = toastTable;
    }

    /** Adds those of a page. */
    public void add(Page page) {
        for (int at = page.upper(); at >= Page.HEADER && at + BYTES <= Page.SIZE; at++) {
            if (page.u8(at) == HEADER && page.u8(at + 1) == ON_DISK && page.i32(at + TABLE) == toastTable) {
                values.add(page.u32(at + VALUE));
            }
        }
    }

    /** The values that are pointed to, unsigned. */
    public SortedSet<Long> values() {
        return values;
    }
}
