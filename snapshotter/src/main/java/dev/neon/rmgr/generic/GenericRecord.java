package dev.neon.rmgr.generic;

import dev.neon.rmgr.RmgrRecord;
import java.util.List;

/** Changes of pages by indexes without records of their own, such as bloom's ({@code REL_17 generic_xlog.c}). */
public sealed interface GenericRecord extends RmgrRecord {
    /** @param pages those that are not replaced by an image, by block reference */
    record Change(List<PageDelta> pages) implements GenericRecord {}

    /**
     * What is different in a page. After it, redo writes zeros between {@code pd_lower} and {@code pd_upper}.
     *
     * @param block     the number of the block reference
     * @param fragments in the order in which they are written; none if only the page's LSN changes
     */
    record PageDelta(int block, List<Fragment> fragments) {}

    /**
     * Bytes to be put into a page.
     *
     * @param offset from the page's start
     * @param bytes  a copy
     */
    record Fragment(int offset, byte[] bytes) {}
}
