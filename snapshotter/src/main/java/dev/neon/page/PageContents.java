package dev.neon.page;

import java.util.List;

/**
 * What a page holds after its header, taken apart as its access method lays it out.
 *
 * @param special of the space at the page's end; no field if there is none
 * @param meta    of a meta page; no field in other pages
 * @param items   one after the other; all have the same fields
 */
public record PageContents(PageFields special, PageFields meta, List<PageFields> items) {
    public PageContents {
        items = List.copyOf(items);
    }

    /** Of a page that is no meta page. */
    public static PageContents of(PageFields special, List<PageFields> items) {
        return new PageContents(special, new PageFields(), items);
    }

    /** Of a meta page. */
    public static PageContents ofMeta(PageFields special, PageFields meta) {
        return new PageContents(special, meta, List.of());
    }
}
