package dev.neon.rmgr.heap;

import dev.neon.page.Page;
import dev.neon.page.PageContents;
import dev.neon.page.PageFields;
import dev.neon.page.PageFlags;
import dev.neon.rmgr.ItemPointer;
import java.util.ArrayList;
import java.util.List;

/**
 * The items of a heap's page, as {@code heap_page_items} and {@code heap_tuple_infomask_flags} show them ({@code REL_17
 * heapfuncs.c}); before those {@code lp_state}, the line pointer's state in words.
 */
public final class HeapContents {
    /** {@code MinHeapTupleSize}. */
    private static final int SHORTEST = 24;
    private static final int NULL_BITS = HeapTuple.HEADER;
    private static final int HAS_NULL = 0x0001;
    private static final int HAS_OID = 0x0008;
    private static final int ATTRIBUTES = 0x07FF;
    private static final List<String> TUPLE_FIELDS = List.of("t_xmin", "t_xmax", "t_field3", "t_ctid", "t_infomask2",
            "t_infomask", "t_hoff", "t_bits", "t_oid", "raw_flags", "combined_flags", "t_data");

    /** Of {@code t_infomask}, with those of {@code t_infomask2} above. */
    private static final PageFlags RAW_FLAGS = new PageFlags().with(HAS_NULL, "HEAP_HASNULL")
            .with(0x0002, "HEAP_HASVARWIDTH").with(0x0004, "HEAP_HASEXTERNAL").with(HAS_OID, "HEAP_HASOID_OLD")
            .with(0x0010, "HEAP_XMAX_KEYSHR_LOCK").with(0x0020, "HEAP_COMBOCID").with(0x0040, "HEAP_XMAX_EXCL_LOCK")
            .with(0x0080, "HEAP_XMAX_LOCK_ONLY").with(0x0100, "HEAP_XMIN_COMMITTED").with(0x0200, "HEAP_XMIN_INVALID")
            .with(0x0400, "HEAP_XMAX_COMMITTED").with(0x0800, "HEAP_XMAX_INVALID").with(0x1000, "HEAP_XMAX_IS_MULTI")
            .with(0x2000, "HEAP_UPDATED").with(0x4000, "HEAP_MOVED_OFF").with(0x8000, "HEAP_MOVED_IN")
            .with(0x2000_0000, "HEAP_KEYS_UPDATED").with(0x4000_0000, "HEAP_HOT_UPDATED")
            .with(0x8000_0000, "HEAP_ONLY_TUPLE");
    private static final PageFlags COMBINED_FLAGS = new PageFlags().with(0x0050, "HEAP_XMAX_SHR_LOCK")
            .with(0x0300, "HEAP_XMIN_FROZEN").with(0xC000, "HEAP_MOVED");

    private HeapContents() {}

    /** @throws dev.neon.page.PageFormatException if the line pointers are damaged */
    public static PageContents of(Page page) {
        List<PageFields> items = new ArrayList<>();
        for (int offset = 1; offset <= page.itemCount(); offset++) {
            items.add(item(page, offset));
        }
        return PageContents.of(new PageFields(), items);
    }

    private static PageFields item(Page page, int offset) {
        int at = page.itemOffset(offset);
        int length = page.itemLength(offset);
        PageFields fields = new PageFields().put("lp", offset).put("lp_off", at).put("lp_flags", page.itemState(offset))
                .put("lp_len", length).put("lp_state", state(page, offset));
        if (length < SHORTEST || at != Page.aligned(at) || at + length > Page.SIZE) {
            TUPLE_FIELDS.forEach(fields::putMissing);
            return fields;
        }
        int infomask2 = page.u16(at + HeapTuple.INFOMASK2);
        int infomask = page.u16(at + HeapTuple.INFOMASK);
        int hoff = page.u8(at + HeapTuple.HOFF);
        fields.put("t_xmin", page.u32(at + HeapTuple.XMIN)).put("t_xmax", page.u32(at + HeapTuple.XMAX))
                .put("t_field3", page.u32(at + HeapTuple.CID)).put("t_ctid", ItemPointer.at(page, at + HeapTuple.CTID).tid())
                .put("t_infomask2", infomask2).put("t_infomask", infomask).put("t_hoff", hoff);
        boolean isBody = hoff >= HeapTuple.HEADER && hoff <= length && hoff == Page.aligned(hoff);
        putNullBits(fields, page, at, isBody && (infomask & HAS_NULL) != 0
                ? (infomask2 & ATTRIBUTES) + Byte.SIZE - 1 & -Byte.SIZE : 0, hoff);
        if (isBody && (infomask & HAS_OID) != 0) {
            fields.put("t_oid", page.u32(at + hoff - Integer.BYTES));
        } else {
            fields.putMissing("t_oid");
        }
        fields.putList("raw_flags", RAW_FLAGS.named(infomask | infomask2 << Short.SIZE))
                .putList("combined_flags", COMBINED_FLAGS.named(infomask));
        return isBody ? fields.putBytes("t_data", page.copy(at + hoff, at + length)) : fields.putMissing("t_data");
    }

    /** @param count of the bits; a bit is 1 where there is a value */
    private static void putNullBits(PageFields fields, Page page, int at, int count, int hoff) {
        if (count == 0 || count / Byte.SIZE > hoff - NULL_BITS) {
            fields.putMissing("t_bits");
            return;
        }
        StringBuilder bits = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            bits.append((page.u8(at + NULL_BITS + i / Byte.SIZE) >> i % Byte.SIZE & 1) == 1 ? '1' : '0');
        }
        fields.put("t_bits", bits.toString());
    }

    private static String state(Page page, int offset) {
        return switch (page.itemState(offset)) {
            case Page.UNUSED -> "unused";
            case Page.NORMAL -> "normal";
            case Page.REDIRECT -> "redirect to " + page.itemOffset(offset);
            default -> "dead";
        };
    }
}
