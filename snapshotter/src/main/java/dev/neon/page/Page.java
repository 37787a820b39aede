package dev.neon.page;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A page of {@link #SIZE} bytes, little-endian, that redo changes in place ({@code REL_17 bufpage.h PageHeaderData}):
 * <pre>
 *  0  u64 pd_lsn                upper half first       14  u16 pd_upper
 *  8  u16 pd_checksum                                  16  u16 pd_special
 * 10  u16 pd_flags                                     18  u16 pd_pagesize_version
 * 12  u16 pd_lower                                     20  u32 pd_prune_xid
 * 24  line pointers, u32 each: 15 bits offset, 2 bits state, 15 bits length
 * </pre>
 * Offsets of line pointers ({@code OffsetNumber}) count from 1, places in the page from 0. What is read or written
 * beyond the page is a {@link PageFormatException} or an {@link IndexOutOfBoundsException}. Not safe for threads.
 */
public final class Page {
    /** {@code BLCKSZ}. */
    public static final int SIZE = 8192;
    /** {@code SizeOfPageHeaderData}. */
    public static final int HEADER = 24;
    /** {@code sizeof(ItemIdData)}. */
    public static final int ITEM_ID = 4;

    /** {@code PD_HAS_FREE_LINES}. */
    public static final int HAS_FREE_LINES = 0x0001;
    /** {@code PD_PAGE_FULL}. */
    public static final int PAGE_FULL = 0x0002;
    /** {@code PD_ALL_VISIBLE}. */
    public static final int ALL_VISIBLE = 0x0004;

    /** {@code LP_UNUSED}. */
    public static final int UNUSED = 0;
    /** {@code LP_NORMAL}. */
    public static final int NORMAL = 1;
    /** {@code LP_REDIRECT}. */
    public static final int REDIRECT = 2;
    /** {@code LP_DEAD}. */
    public static final int DEAD = 3;

    private static final int CHECKSUM = 8;
    private static final int FLAGS = 10;
    private static final int LOWER = 12;
    private static final int UPPER = 14;
    private static final int SPECIAL = 16;
    private static final int SIZE_AND_VERSION = 18;
    private static final int PRUNE_XID = 20;
    /** {@code PG_PAGE_LAYOUT_VERSION}, with the page's size above it. */
    private static final int LAYOUT = SIZE | 4;
    /** {@code FirstNormalTransactionId}. */
    private static final int FIRST_NORMAL_XID = 3;

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    /** Where tuples are while they are moved. */
    private byte[] scratch = new byte[0];

    private Page(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A page of zeros. */
    public static Page zero() {
        return new Page(new byte[SIZE]);
    }

    /** A view: what changes here changes there. */
    public static Page of(byte[] bytes) {
        if (bytes.length != SIZE) {
            throw new IllegalArgumentException("a page has " + SIZE + " bytes, not " + bytes.length);
        }
        return new Page(bytes);
    }

    /** The bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Takes all bytes of another page. */
    public void copyFrom(byte[] other) {
        System.arraycopy(other, 0, bytes, 0, SIZE);
    }

    public int u8(int at) {
        return Byte.toUnsignedInt(bytes[at]);
    }

    public int u16(int at) {
        return Short.toUnsignedInt((short) SHORTS.get(bytes, at));
    }

    public int i32(int at) {
        return (int) INTS.get(bytes, at);
    }

    public long u32(int at) {
        return Integer.toUnsignedLong(i32(at));
    }

    public long i64(int at) {
        return (long) LONGS.get(bytes, at);
    }

    public void put8(int at, int value) {
        bytes[at] = (byte) value;
    }

    public void put16(int at, int value) {
        SHORTS.set(bytes, at, (short) value);
    }

    public void put32(int at, int value) {
        INTS.set(bytes, at, value);
    }

    public void put64(int at, long value) {
        LONGS.set(bytes, at, value);
    }

    public void put(int at, byte[] source) {
        put(at, source, 0, source.length);
    }

    /** Writes a part of an array. */
    public void put(int at, byte[] source, int from, int length) {
        System.arraycopy(source, from, bytes, at, length);
    }

    /** Moves bytes within the page; the ranges may overlap. */
    public void move(int from, int to, int length) {
        System.arraycopy(bytes, from, bytes, to, length);
    }

    public void fill(int from, int to, int value) {
        Arrays.fill(bytes, from, to, (byte) value);
    }

    public byte[] copy(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** {@code PageGetLSN}: the end of the last record that changed the page. */
    public long lsn() {
        return u32(0) << 32 | u32(4);
    }

    /** {@code PageSetLSN}. */
    public void setLsn(long lsn) {
        put32(0, (int) (lsn >>> 32));
        put32(4, (int) lsn);
    }

    /** {@code pd_checksum}, as it stands on the page. */
    public int checksum() {
        return u16(CHECKSUM);
    }

    public void setChecksum(int checksum) {
        put16(CHECKSUM, checksum);
    }

    public int flags() {
        return u16(FLAGS);
    }

    /** Sets or clears some of the flags. */
    public void setFlag(int flag, boolean isSet) {
        put16(FLAGS, isSet ? flags() | flag : flags() & ~flag);
    }

    public int lower() {
        return u16(LOWER);
    }

    public void setLower(int lower) {
        put16(LOWER, lower);
    }

    public int upper() {
        return u16(UPPER);
    }

    public void setUpper(int upper) {
        put16(UPPER, upper);
    }

    /** Where the space that belongs to the access method begins ({@code PageGetSpecialPointer}). */
    public int special() {
        return u16(SPECIAL);
    }

    /**
     * {@link #special} of a page whose access method has so many bytes there.
     *
     * @throws PageFormatException if the page has another number
     */
    public int special(int size) {
        if (special() != SIZE - aligned(size)) {
            throw new PageFormatException("the page's special space begins at " + special() + " and should have "
                    + size + " bytes");
        }
        return special();
    }

    public int pruneXid() {
        return i32(PRUNE_XID);
    }

    public void setPruneXid(int xid) {
        put32(PRUNE_XID, xid);
    }

    /** {@code PageSetPrunable}: something can be pruned as soon as this transaction is past. */
    public void setPrunable(int xid) {
        int known = pruneXid();
        if (known == 0 || precedes(xid, known)) {
            setPruneXid(xid);
        }
    }

    /** {@code TransactionIdPrecedes}: on a circle, but for the first three ids, which precede all others. */
    private static boolean precedes(int xid, int other) {
        boolean areNormal = Integer.compareUnsigned(xid, FIRST_NORMAL_XID) >= 0
                && Integer.compareUnsigned(other, FIRST_NORMAL_XID) >= 0;
        return areNormal ? xid - other < 0 : Integer.compareUnsigned(xid, other) < 0;
    }

    /** {@code PageIsNew}: never initialised, so all zeros. */
    public boolean isNew() {
        return upper() == 0;
    }

    /** {@code PageGetPageSize}: what the page itself says. */
    public int sizeField() {
        return u16(SIZE_AND_VERSION) & 0xFF00;
    }

    /** {@code PageGetPageLayoutVersion}. */
    public int layoutVersion() {
        return u16(SIZE_AND_VERSION) & 0x00FF;
    }

    /** {@code PageGetFreeSpace}: what is left for one more item, its line pointer not counted. */
    public int freeSpace() {
        return Math.max(0, upper() - lower() - ITEM_ID);
    }

    /** Makes all bytes zero. */
    public void clear() {
        Arrays.fill(bytes, (byte) 0);
    }

    /**
     * {@code PageInit}: an empty page.
     *
     * @param specialSize bytes for the access method at the end, before they are aligned
     */
    public void init(int specialSize) {
        clear();
        put16(LOWER, HEADER);
        put16(SPECIAL, SIZE - aligned(specialSize));
        put16(UPPER, special());
        put16(SIZE_AND_VERSION, LAYOUT);
    }

    /** {@code PageGetMaxOffsetNumber}: how many line pointers there are, used or not. */
    public int itemCount() {
        return Math.max(0, lower() - HEADER) / ITEM_ID;
    }

    /** {@code PageIsEmpty}: no line pointer. */
    public boolean isEmpty() {
        return lower() <= HEADER;
    }

    /** The line pointer as it stands in the page. */
    public int itemId(int offset) {
        return i32(itemAt(offset));
    }

    /** Where the item's bytes begin; what a redirected line pointer leads to instead. */
    public int itemOffset(int offset) {
        return offsetOf(itemId(offset));
    }

    public int itemLength(int offset) {
        return lengthOf(itemId(offset));
    }

    /** {@link #UNUSED}, {@link #NORMAL}, {@link #REDIRECT} or {@link #DEAD}. */
    public int itemState(int offset) {
        return stateOf(itemId(offset));
    }

    /** {@code ItemIdHasStorage}: the line pointer's item has bytes in the page. */
    public boolean hasStorage(int offset) {
        return itemLength(offset) != 0;
    }

    /** A copy of the item's bytes. */
    public byte[] item(int offset) {
        int at = normalItem(offset);
        return copy(at, at + itemLength(offset));
    }

    /**
     * Where the bytes of an item that must have some begin.
     *
     * @throws PageFormatException if there is no such item, or it does not lie within the page
     */
    public int normalItem(int offset) {
        int at = itemOffset(offset);
        if (!hasStorage(offset) || at < HEADER || at + itemLength(offset) > SIZE) {
            throw new PageFormatException("item " + offset + " has no bytes in the page");
        }
        return at;
    }

    /** Writes a line pointer that exists. */
    public void setItem(int offset, int at, int state, int length) {
        put32(itemAt(offset), itemId(at, state, length));
    }

    /** Exchanges two line pointers that exist. */
    public void swapItems(int offset, int other) {
        int item = itemId(offset);
        put32(itemAt(offset), itemId(other));
        put32(itemAt(other), item);
    }

    public void setUnused(int offset) {
        setItem(offset, 0, UNUSED, 0);
    }

    /** {@code ItemIdSetRedirect}. */
    public void setRedirect(int offset, int target) {
        setItem(offset, target, REDIRECT, 0);
    }

    /** {@code ItemIdSetDead}: the bytes are given up. */
    public void setDead(int offset) {
        setItem(offset, 0, DEAD, 0);
    }

    /** {@code ItemIdMarkDead}: the bytes are kept. */
    public void markDead(int offset) {
        setItem(offset, itemOffset(offset), DEAD, itemLength(offset));
    }

    /**
     * {@code PageAddItemExtended} with {@code PAI_OVERWRITE}: the line pointer is an unused one, or the next.
     *
     * @throws PageFormatException if the line pointer is used, or the item has no room
     */
    public void putItem(int offset, byte[] item) {
        put(putItem(offset, item.length), item);
    }

    /**
     * As the other, for an item that the caller then writes into the page.
     *
     * @return where its bytes begin; what they are is undefined
     */
    public int putItem(int offset, int length) {
        int count = itemCount();
        if (offset <= count && (itemState(offset) != UNUSED || hasStorage(offset))) {
            throw new PageFormatException("item " + offset + " is in use");
        }
        return add(offset, length, offset == count + 1 ? lower() + ITEM_ID : lower());
    }

    /**
     * {@code PageAddItemExtended} without {@code PAI_OVERWRITE}: the line pointers from this one on move up.
     *
     * @throws PageFormatException if the item has no room
     */
    public void insertItem(int offset, byte[] item) {
        int count = itemCount();
        int lower = lower() + ITEM_ID;
        requirePlace(offset, count);
        requireRoom(lower, item.length);
        int at = HEADER + (offset - 1) * ITEM_ID;
        move(at, at + ITEM_ID, (count + 1 - offset) * ITEM_ID);
        put(add(offset, item.length, lower), item);
    }

    /** An item after all others. */
    public void appendItem(byte[] item) {
        insertItem(itemCount() + 1, item);
    }

    private static void requirePlace(int offset, int count) {
        if (offset < 1 || offset > count + 1) {
            throw new PageFormatException("there are " + count + " items, none can be made at " + offset);
        }
    }

    private void requireRoom(int lower, int length) {
        requireSound();
        if (lower > upper() - aligned(length)) {
            throw new PageFormatException("an item of " + length + " bytes has no room between " + lower + " and "
                    + upper());
        }
    }

    /** Zeros follow an item whose length is not aligned: PostgreSQL leaves there what was there. */
    private int add(int offset, int length, int lower) {
        requirePlace(offset, itemCount());
        requireRoom(lower, length);
        int end = upper();
        int at = end - aligned(length);
        setLower(lower);
        setUpper(at);
        setItem(offset, at, NORMAL, length);
        fill(at + length, end, 0);
        return at;
    }

    /**
     * {@code PageRepairFragmentation}: the items' bytes are moved together; the line pointers stay, but for unused ones
     * at the end if {@code truncates}.
     *
     * @param truncates whether line pointers after the last used one go: since 15
     */
    public void repairFragmentation(boolean truncates) {
        requireSound();
        int count = itemCount();
        int unused = 0;
        int lastUsed = 0;
        for (int offset = 1; offset <= count; offset++) {
            if (itemState(offset) == UNUSED) {
                setUnused(offset);
                unused++;
            } else {
                lastUsed = offset;
            }
        }
        compact();
        if (truncates && lastUsed != count) {
            unused -= count - lastUsed;
            setLower(HEADER + lastUsed * ITEM_ID);
        }
        setFlag(HAS_FREE_LINES, unused > 0);
    }

    /** {@code PageTruncateLinePointerArray}: unused line pointers at the end go, all but the first of the page. */
    public void truncateLinePointers() {
        int count = itemCount();
        while (count > 1 && itemState(count) == UNUSED) {
            count--;
        }
        setLower(HEADER + count * ITEM_ID);
        boolean isUnusedLeft = false;
        for (int offset = 1; offset <= count && !isUnusedLeft; offset++) {
            isUnusedLeft = itemState(offset) == UNUSED;
        }
        setFlag(HAS_FREE_LINES, isUnusedLeft);
    }

    /** {@code PageIndexTupleDelete}: the item and its line pointer go. */
    public void deleteItem(int offset) {
        requireSound();
        int at = normalItem(offset);
        int size = aligned(itemLength(offset));
        int line = itemAt(offset);
        move(line + ITEM_ID, line, lower() - line - ITEM_ID);
        setLower(lower() - ITEM_ID);
        closeGap(at, size);
    }

    /** {@code PageIndexTupleDeleteNoCompact}: the item goes; its line pointer only if it is the last. */
    public void deleteItemKeepingOthers(int offset) {
        requireSound();
        int at = normalItem(offset);
        int size = aligned(itemLength(offset));
        if (offset < itemCount()) {
            setUnused(offset);
        } else {
            setLower(lower() - ITEM_ID);
        }
        closeGap(at, size);
    }

    /**
     * {@code PageIndexMultiDelete}: the items and their line pointers go.
     *
     * @param offsets ascending
     */
    public void deleteItems(int[] offsets) {
        requireSound();
        if (offsets.length <= 2) {
            for (int i = offsets.length - 1; i >= 0; i--) {
                deleteItem(offsets[i]);
            }
            return;
        }
        int count = itemCount();
        int kept = 0;
        int next = 0;
        for (int offset = 1; offset <= count; offset++) {
            if (next < offsets.length && offsets[next] == offset) {
                next++;
            } else {
                put32(HEADER + kept++ * ITEM_ID, itemId(offset));
            }
        }
        if (next != offsets.length) {
            throw new PageFormatException("items to be deleted are not those of the page, or not in order");
        }
        setLower(HEADER + kept * ITEM_ID);
        compact();
    }

    /**
     * {@code PageIndexTupleOverwrite}: the item's bytes are replaced where they are; those below them move if the size
     * differs.
     *
     * @throws PageFormatException if there is no room
     */
    public void overwriteItem(int offset, byte[] item) {
        requireSound();
        int at = normalItem(offset);
        int shrinks = aligned(itemLength(offset)) - aligned(item.length);
        if (-shrinks > upper() - lower()) {
            throw new PageFormatException("an item of " + item.length + " bytes has no room in place of item "
                    + offset);
        }
        if (shrinks != 0) {
            closeGap(at, shrinks);
        }
        int now = at + shrinks;
        setItem(offset, now, itemState(offset), item.length);
        put(now, item);
    }

    /** What is below a place moves up by some bytes, or down by as many if negative, and its line pointers follow. */
    private void closeGap(int at, int size) {
        int upper = upper();
        if (at < upper) {
            throw new PageFormatException("an item at " + at + " lies below the upper bound " + upper);
        }
        move(upper, upper + size, at - upper);
        setUpper(upper + size);
        int count = itemCount();
        for (int offset = 1; offset <= count; offset++) {
            int item = itemId(offset);
            if (lengthOf(item) != 0 && offsetOf(item) <= at) {
                setItem(offset, offsetOf(item) + size, stateOf(item), lengthOf(item));
            }
        }
    }

    /** {@code compactify_tuples}: the items' bytes, in the order of the line pointers, from the end down. */
    private void compact() {
        int start = upper();
        int count = itemCount();
        int upper = special();
        int offset = 1;
        while (offset <= count && (!hasStorage(offset) || itemOffset(offset) == upper - aligned(itemLength(offset)))) {
            upper -= aligned(itemLength(offset));
            offset++;
        }
        int inPlace = upper;
        if (inPlace < start) {
            throw new PageFormatException("items reach down to " + inPlace + ", below the upper bound " + start);
        }
        if (scratch.length == 0) {
            scratch = new byte[SIZE];
        }
        System.arraycopy(bytes, start, scratch, start, inPlace - start);
        for (; offset <= count; offset++) {
            int item = itemId(offset);
            int length = aligned(lengthOf(item));
            if (length == 0) {
                continue;
            }
            int from = offsetOf(item);
            upper -= length;
            if (from < start || from + length > inPlace || upper < lower()) {
                throw new PageFormatException("item " + offset + " at " + from + " lies outside of the items' space");
            }
            System.arraycopy(scratch, from, bytes, upper, length);
            setItem(offset, upper, stateOf(item), lengthOf(item));
        }
        setUpper(upper);
    }

    /**
     * Fills the hole between the line pointers and the items with zeros: nothing in it is kept by PostgreSQL.
     *
     * <p>A lower bound right after the header says that the page does not use the bounds: visibility maps, free space
     * maps and the revmaps of BRIN have their contents there ({@code REL_17 visibilitymap.c}, {@code brin_pageops.c
     * brin_page_init}), and so do meta pages of indexes that releases before 11 have made.
     */
    public void clearHole() {
        int lower = lower();
        int upper = upper();
        if (lower > HEADER && lower < upper && upper <= SIZE) {
            fill(lower, upper, 0);
        }
    }

    private void requireSound() {
        if (lower() < HEADER || lower() > upper() || upper() > special() || special() > SIZE
                || special() != aligned(special())) {
            throw new PageFormatException("the page's bounds are wrong: lower " + lower() + ", upper " + upper()
                    + ", special " + special());
        }
    }

    private int itemAt(int offset) {
        int at = HEADER + (offset - 1) * ITEM_ID;
        if (offset < 1 || at + ITEM_ID > lower() || at + ITEM_ID > SIZE) {
            throw new PageFormatException("item " + offset + " is beyond the " + itemCount() + " of the page");
        }
        return at;
    }

    /** {@code MAXALIGN}. */
    public static int aligned(int size) {
        return size + 7 & ~7;
    }

    private static int offsetOf(int item) {
        return item & 0x7FFF;
    }

    private static int stateOf(int item) {
        return item >>> 15 & 3;
    }

    private static int lengthOf(int item) {
        return item >>> 17;
    }

    private static int itemId(int at, int state, int length) {
        return at | state << 15 | length << 17;
    }
}
