package dev.neon.pageview;

import dev.neon.page.Page;
import dev.neon.page.PageContents;
import dev.neon.page.PageFields;
import dev.neon.page.PageFormatException;
import dev.neon.postgres.ForkNumber;
import java.util.List;
import java.util.Optional;

/**
 * A page taken apart.
 *
 * @param kind     what it is
 * @param header   as {@code page_header} shows it ({@code REL_17 rawpage.c})
 * @param contents all else; empty if there is a problem
 * @param problem  why the contents cannot be read: the page is damaged
 */
public record PageView(PageKind kind, PageFields header, PageContents contents, Optional<String> problem) {
    /** Takes a page apart. */
    public static PageView of(Page page, ForkNumber fork) {
        PageKind kind = PageKind.of(page, fork);
        try {
            return new PageView(kind, header(page), kind.contents(page), Optional.empty());
        } catch (PageFormatException | IndexOutOfBoundsException | IllegalArgumentException damaged) {
            return new PageView(kind, header(page), PageContents.of(new PageFields(), List.of()),
                    Optional.of(String.valueOf(damaged.getMessage())));
        }
    }

    private static PageFields header(Page page) {
        return new PageFields().putLsn("lsn", page.lsn()).put("checksum", page.checksum()).put("flags", page.flags())
                .put("lower", page.lower()).put("upper", page.upper()).put("special", page.special())
                .put("pagesize", page.sizeField()).put("version", page.layoutVersion())
                .put("prune_xid", Integer.toUnsignedLong(page.pruneXid()));
    }
}
