package dev.neon.rmgr.storage;

import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.RmgrRecord;

/**
 * Files of relations made and cut ({@code REL_17 storage_xlog.h}). Their removal is told by the commit or abort of the
 * transaction.
 */
public sealed interface StorageRecord extends RmgrRecord {
    /** An empty file. */
    record Create(RelFileLocator relation, ForkNumber fork) implements StorageRecord {}

    /**
     * The relation cut to a length.
     *
     * @param block the first block of the main fork that goes, unsigned; the other forks are cut in proportion
     * @param flags which forks are cut: {@link #HEAP}, {@link #VM}, {@link #FSM}
     */
    record Truncate(RelFileLocator relation, int block, int flags) implements StorageRecord {
        /** {@code SMGR_TRUNCATE_HEAP}: the main fork, of whatever kind the relation is. */
        public static final int HEAP = 0x01;
        /** {@code SMGR_TRUNCATE_VM}. */
        public static final int VM = 0x02;
        /** {@code SMGR_TRUNCATE_FSM}. */
        public static final int FSM = 0x04;
    }
}
