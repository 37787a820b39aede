package dev.neon.redo;

import dev.neon.page.Page;

/**
 * Makes alike what two pages after the same records may differ in, for one resource manager ({@code rm_mask}): hint
 * bits, the hole, what recovery does not restore. Applied to both before they are compared.
 */
@FunctionalInterface
public interface PageMask {
    /** @param block the page's number in its fork */
    void mask(Page page, int block);
}
