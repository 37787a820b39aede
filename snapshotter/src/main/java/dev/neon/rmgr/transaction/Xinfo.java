package dev.neon.rmgr.transaction;

/** The bits of {@code xl_xact_xinfo} ({@code REL_17 xact.h}). */
final class Xinfo {
    static final int DBINFO = 1;
    static final int SUBXACTS = 1 << 1;
    static final int RELFILELOCATORS = 1 << 2;
    static final int INVALS = 1 << 3;
    static final int TWOPHASE = 1 << 4;
    static final int ORIGIN = 1 << 5;
    static final int AE_LOCKS = 1 << 6;
    static final int GID = 1 << 7;
    /** Since 15. */
    static final int DROPPED_STATS = 1 << 8;
    static final int APPLY_FEEDBACK = 1 << 29;
    static final int UPDATE_RELCACHE_FILE = 1 << 30;
    static final int FORCE_SYNC_COMMIT = 1 << 31;

    /** All of them, whatever the release. */
    static final int ALL = (1 << 9) - 1 | APPLY_FEEDBACK | UPDATE_RELCACHE_FILE | FORCE_SYNC_COMMIT;

    private Xinfo() {}
}
