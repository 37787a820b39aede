package dev.neon.repo.layer;

import static dev.neon.repo.layer.PagePatch.PAGE;

import java.util.Arrays;

/**
 * A page without its zeros.
 * <pre>
 * varint  hole      where the bytes that are left out begin
 * varint  length    how many are left out, all of them zeros
 * bytes             what comes before the hole, then what comes after it
 * </pre>
 * Left out is what is between pd_lower and pd_upper, or else the zeros at the end, as on a page of an SLRU.
 */
final class PageImage {
    /** The most that an image takes. */
    static final int MAX = PAGE + 4;

    private PageImage() {}

    /** Where the hole begins and ends, as {@code start << 16 | end}. */
    static int hole(byte[] page) {
        int lower = PageHeader.lower(page);
        int upper = PageHeader.upper(page);
        if (lower < upper && upper <= PAGE && PageHeader.isZero(page, lower, upper)) {
            return lower << 16 | upper;
        }
        int end = PAGE;
        while (end > 0 && page[end - 1] == 0) {
            end--;
        }
        return end << 16 | PAGE;
    }

    /** The bytes that an image with this hole takes, at most. */
    static int length(int hole) {
        return MAX - ((hole & 0xFFFF) - (hole >>> 16));
    }

    /** Writes a page; returns where the image ends. */
    static int put(byte[] page, int hole, byte[] target, int offset) {
        int start = hole >>> 16;
        int end = hole & 0xFFFF;
        int at = Varint.put(target, Varint.put(target, offset, start), end - start);
        System.arraycopy(page, 0, target, at, start);
        System.arraycopy(page, end, target, at + start, PAGE - end);
        return at + start + PAGE - end;
    }

    /** Makes the page; false if the bytes are no image. */
    static boolean restore(byte[] image, int offset, int end, byte[] page) {
        Varint head = new Varint(image, offset, end);
        int start = head.next(PAGE);
        int hole = head.next(PAGE - Math.max(start, 0));
        if (start < 0 || hole < 0 || end - head.position() != PAGE - hole) {
            return false;
        }
        System.arraycopy(image, head.position(), page, 0, start);
        Arrays.fill(page, start, start + hole, (byte) 0);
        System.arraycopy(image, head.position() + start, page, start + hole, PAGE - hole - start);
        return true;
    }
}
