package dev.neon.slice;

import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;

/** What is no longer as it was at an earlier LSN of the same history. Safe for threads. */
public interface PagesSince {
    /** Nothing has changed. */
    PagesSince NOTHING = new PagesSince() {
        @Override
        public PageScan scan(Section section, int from, EarlierPages earlier) {
            return PageScan.EMPTY;
        }

        @Override
        public int kept(ForkKey fork) {
            return -1;
        }
    };

    /**
     * Goes through the pages of a section that may differ from what they were, from a block on; all others that the fork
     * had then and {@linkplain #kept kept} are as they were.
     *
     * @param from    the first block of interest, unsigned
     * @param earlier the section's pages, as far as they are at hand: one that a changed page is made of need not be
     *                made itself then
     */
    PageScan scan(Section section, int from, EarlierPages earlier);

    /**
     * How many of its first blocks a fork has at least had ever since, unsigned. What it has beyond them is zeros, unless
     * the {@link #scan} tells something else; what was there before is of another time.
     */
    int kept(ForkKey fork);
}
