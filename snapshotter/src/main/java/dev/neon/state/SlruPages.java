package dev.neon.state;

import java.util.List;

/**
 * Which pages of an SLRU there are: those of some files that follow each other, the last of which may be shorter. The
 * first page is the first of a file, even if PostgreSQL never wrote it; such pages read as zeros. Page numbers wrap around.
 */
final class SlruPages {
    private final Slru slru;
    private int first;
    private int count;

    SlruPages(Slru slru, int first, int count) {
        this.slru = slru;
        this.first = first;
        this.count = count;
    }

    SlruPages(Slru slru) {
        this(slru, 0, 0);
    }

    SlruPages copy() {
        return new SlruPages(slru, first, count);
    }

    int first() {
        return first;
    }

    int count() {
        return count;
    }

    boolean contains(int page) {
        return ahead(first, page) < count;
    }

    List<BlockRange> ranges() {
        return ranges(count);
    }

    /** Those of the first ones. */
    private List<BlockRange> ranges(int pages) {
        if (pages == 0) {
            return List.of();
        }
        long end = (long) first + pages;
        return end <= slru.pages() ? List.of(new BlockRange(first, (int) end))
                : List.of(new BlockRange(0, (int) (end - slru.pages())), new BlockRange(first, slru.pages()));
    }

    /** Makes sure that a page is there, with all between it and the others. */
    void add(int page) {
        int file = page - page % Slru.PAGES_PER_FILE;
        int ahead = ahead(first, page);
        if (count == 0) {
            first = file;
            count = page - file + 1;
        } else if (ahead >= count) {
            int behind = slru.pages() - ahead;
            if (ahead - count < behind) {
                count = ahead + 1;
            } else {
                count += ahead(file, first);
                first = file;
            }
        }
    }

    /** Removes all; says which. */
    List<BlockRange> clear() {
        List<BlockRange> gone = ranges();
        count = 0;
        first = 0;
        return gone;
    }

    /**
     * Removes the files whose pages all precede a page ({@code REL_17 slru.c SimpleLruTruncate}); says which pages.
     *
     * @param hasEnd whether nothing is done if the last page itself does, as then the numbers make no sense
     */
    List<BlockRange> removeBefore(int cutoff, boolean hasEnd) {
        if (count == 0 || hasEnd && slru.precedes((int) (((long) first + count - 1) % slru.pages()), cutoff)) {
            return List.of();
        }
        int gone = 0;
        int file = first;
        while (gone < count && slru.precedes(file, cutoff)
                && slru.precedes(file + Slru.PAGES_PER_FILE - 1, cutoff)) {
            gone += sizeOfFile(file);
            file = afterFile(file);
        }
        return remove(gone);
    }

    /** Removes the files from that of one page to that before the one of another ({@code PerformMembersTruncation}). */
    List<BlockRange> removeFiles(int from, int to) {
        int file = from - from % Slru.PAGES_PER_FILE;
        int end = to - to % Slru.PAGES_PER_FILE;
        int gone = 0;
        while (file != end) {
            if (gone < count && ahead(first, file) == gone) {
                gone += sizeOfFile(file);
            }
            file = afterFile(file);
        }
        return remove(gone);
    }

    private List<BlockRange> remove(int pages) {
        int gone = Math.min(pages, count);
        List<BlockRange> ranges = ranges(gone);
        first = (int) (((long) first + gone) % slru.pages());
        count -= gone;
        if (count == 0) {
            first = 0;
        }
        return ranges;
    }

    private int sizeOfFile(int file) {
        return Math.min(Slru.PAGES_PER_FILE, slru.pages() - file);
    }

    private int afterFile(int file) {
        return file + sizeOfFile(file) == slru.pages() ? 0 : file + Slru.PAGES_PER_FILE;
    }

    /** How many steps lead from one page to another. */
    private int ahead(int from, int to) {
        return Math.floorMod(to - from, slru.pages());
    }
}
