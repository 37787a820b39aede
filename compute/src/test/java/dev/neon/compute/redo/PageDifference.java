package dev.neon.compute.redo;

import dev.neon.page.Page;
import java.util.HexFormat;
import java.util.Locale;

/** Writes in what two pages differ, for people: header, line pointers, and the bytes in runs. */
final class PageDifference {
    private static final int RUNS = 24;
    private static final int LONGEST = 48;
    /** As few equal bytes do not end a run. */
    private static final int GAP = 4;
    private static final int LINE_POINTERS = 40;

    private final Page ours;
    private final Page theirs;
    private final StringBuilder text = new StringBuilder();

    private PageDifference(Page ours, Page theirs) {
        this.ours = ours;
        this.theirs = theirs;
    }

    static String describe(Page ours, Page theirs) {
        PageDifference difference = new PageDifference(ours, theirs);
        difference.header();
        difference.linePointers();
        difference.runs();
        return difference.text.toString();
    }

    private void header() {
        text.append("  neon:       ").append(header(ours)).append("\n  PostgreSQL: ").append(header(theirs)).append('\n');
    }

    private static String header(Page page) {
        return String.format(Locale.ROOT, "lsn %X/%X flags %04x lower %d upper %d special %d prune %d, %d items",
                page.lsn() >>> 32, page.lsn() & 0xFFFFFFFFL, page.flags(), page.lower(), page.upper(), page.special(),
                page.pruneXid(), items(page));
    }

    /** The hole and the space of access methods may hold anything. */
    private static int items(Page page) {
        return Math.min(page.itemCount(), (Page.SIZE - Page.HEADER) / Page.ITEM_ID);
    }

    private void linePointers() {
        int shown = 0;
        for (int offset = 1; offset <= Math.max(items(ours), items(theirs)) && shown < LINE_POINTERS; offset++) {
            String one = linePointer(ours, offset);
            String other = linePointer(theirs, offset);
            if (!one.equals(other)) {
                shown++;
                text.append("  item ").append(offset).append(": neon ").append(one).append(", PostgreSQL ").append(other)
                        .append('\n');
            }
        }
    }

    private static String linePointer(Page page, int offset) {
        if (offset > items(page)) {
            return "none";
        }
        String state = switch (page.itemState(offset)) {
            case Page.UNUSED -> "unused";
            case Page.NORMAL -> "normal";
            case Page.REDIRECT -> "redirect";
            default -> "dead";
        };
        return state + " " + page.itemOffset(offset) + "+" + page.itemLength(offset);
    }

    private void runs() {
        int count = 0;
        for (int at = 0; at < Page.SIZE; at++) {
            if (ours.u8(at) != theirs.u8(at)) {
                int end = runEnd(at);
                if (count++ < RUNS) {
                    run(at, end);
                }
                at = end;
            }
        }
        if (count > RUNS) {
            text.append("  and ").append(count - RUNS).append(" runs more\n");
        }
    }

    /** The place after the last byte that differs before {@link #GAP} equal ones. */
    private int runEnd(int start) {
        int end = start + 1;
        for (int at = end; at < Page.SIZE && at < end + GAP; at++) {
            if (ours.u8(at) != theirs.u8(at)) {
                end = at + 1;
            }
        }
        return end;
    }

    private void run(int from, int to) {
        text.append("  at ").append(from).append(where(from)).append(", ").append(to - from).append(" bytes: neon ")
                .append(hex(ours, from, to)).append(" PostgreSQL ").append(hex(theirs, from, to)).append('\n');
    }

    /** In which of PostgreSQL's items that is. */
    private String where(int at) {
        for (int offset = 1; offset <= items(theirs); offset++) {
            int start = theirs.itemOffset(offset);
            if (at >= start && at < start + theirs.itemLength(offset)) {
                return " (item " + offset + " +" + (at - start) + ")";
            }
        }
        return at >= theirs.special() && theirs.special() > 0 ? " (special +" + (at - theirs.special()) + ")" : "";
    }

    private static String hex(Page page, int from, int to) {
        int end = Math.min(to, from + LONGEST);
        return HexFormat.of().formatHex(page.bytes(), from, end) + (end < to ? "…" : "");
    }
}
