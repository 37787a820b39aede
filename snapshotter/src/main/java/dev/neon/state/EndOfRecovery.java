package dev.neon.state;

import dev.neon.page.Page;

/**
 * What PostgreSQL does to SLRUs when its recovery ends, before it takes connections ({@code REL_17 xlog.c
 * StartupXLOG}): a state as recovery leaves it becomes one that a shutdown leaves.
 */
public final class EndOfRecovery {
    private EndOfRecovery() {}

    /** Tells the pages that are changed, by {@link ForkEvents#changed}; some may not have been there. */
    public static void touches(ClusterMetadata metadata, ForkEvents events) {
        throw new UnsupportedOperationException();
    }

    /** Changes a page that {@link #touches} has told; zeros if it was not there. */
    public static void redo(ClusterMetadata metadata, Slru slru, int number, Page page) {
        throw new UnsupportedOperationException();
    }
}
