package dev.neon.state;

import dev.neon.page.Page;

/**
 * What PostgreSQL does to SLRUs when a server starts, before it takes connections, and tells no WAL of ({@code REL_18
 * xlog.c StartupXLOG}): with it, the state that recovery leaves is the one that a shutdown leaves.
 */
public final class EndOfRecovery {
    private EndOfRecovery() {}

    /**
     * Tells the pages that are changed, by {@link ForkEvents#changed}. Those that were not there are added to the
     * metadata.
     */
    public static void touches(ClusterMetadata metadata, ForkEvents events) {
        Counters counters = metadata.counting();
        if (Slru.XACT.indexOf(counters.nextXid()) != 0) {
            MetadataRedo.change(Slru.XACT, Slru.XACT.pageOf(counters.nextXid()), false, metadata, events);
        }
        int multi = counters.nextMulti();
        MetadataRedo.change(Slru.MULTIXACT_OFFSETS, Slru.MULTIXACT_OFFSETS.pageOf(multi),
                Slru.MULTIXACT_OFFSETS.indexOf(multi) == 0, metadata, events);
        int member = counters.nextMember();
        if (SlruRedo.groupAt(member) != 0) {
            MetadataRedo.change(Slru.MULTIXACT_MEMBERS, Slru.MULTIXACT_MEMBERS.pageOf(member), false, metadata, events);
        }
        if (metadata.parameters().trackCommitTimestamp()) {
            ServerRedo.beginCommitTs(metadata, events);
        }
    }

    /** Changes a page that {@link #touches} has told; zeros if it was not there. */
    public static void redo(ClusterMetadata metadata, Slru slru, int number, Page page) {
        Counters counters = metadata.counting();
        switch (slru) {
            case XACT -> trimStates(counters.nextXid(), page);
            case MULTIXACT_OFFSETS -> trimOffsets(counters, page);
            case MULTIXACT_MEMBERS -> page.fill(SlruRedo.memberAt(counters.nextMember()), Page.SIZE, 0);
            case COMMIT_TS -> page.clear();
        }
    }

    /** {@code TrimCLOG}. */
    private static void trimStates(int next, Page page) {
        int index = Slru.XACT.indexOf(next);
        int at = index / 4;
        page.put8(at, page.u8(at) & (1 << index % 4 * 2) - 1);
        page.fill(at + 1, Page.SIZE, 0);
    }

    /** {@code TrimMultiXact}: where the members of the next one will begin. */
    private static void trimOffsets(Counters counters, Page page) {
        int index = Slru.MULTIXACT_OFFSETS.indexOf(counters.nextMulti());
        if (index == 0) {
            page.clear();
        }
        page.put32(index * Integer.BYTES, counters.nextMember());
        page.fill((index + 1) * Integer.BYTES, Page.SIZE, 0);
    }
}
