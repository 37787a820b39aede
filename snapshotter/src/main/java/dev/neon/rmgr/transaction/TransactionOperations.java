package dev.neon.rmgr.transaction;

import dev.neon.rmgr.Operations;
import dev.neon.wal.WalRecord;

/** The operations, the same in all releases: the low three of the four bits; the fourth says that xinfo follows. */
final class TransactionOperations {
    static final int COMMIT = 0x00;
    static final int PREPARE = 0x10;
    static final int ABORT = 0x20;
    static final int COMMIT_PREPARED = 0x30;
    static final int ABORT_PREPARED = 0x40;
    static final int ASSIGNMENT = 0x50;
    static final int INVALIDATIONS = 0x60;

    private static final int MASK = 0x70;
    private static final int HAS_INFO = 0x80;

    static final Operations NAMES = named(COMMIT, "COMMIT", named(PREPARE, "PREPARE", named(ABORT, "ABORT",
            named(COMMIT_PREPARED, "COMMIT_PREPARED", named(ABORT_PREPARED, "ABORT_PREPARED",
            named(ASSIGNMENT, "ASSIGNMENT", named(INVALIDATIONS, "INVALIDATION", Operations.none())))))));

    private TransactionOperations() {}

    static int of(WalRecord record) {
        return record.operation() & MASK;
    }

    /** Whether xinfo follows the time. */
    static boolean hasInfo(WalRecord record) {
        return (record.operation() & HAS_INFO) != 0;
    }

    static boolean isCommit(WalRecord record) {
        return of(record) == COMMIT || of(record) == COMMIT_PREPARED;
    }

    static boolean isEnd(WalRecord record) {
        return isCommit(record) || of(record) == ABORT || of(record) == ABORT_PREPARED;
    }

    /** Whether the record ends a transaction that was prepared. */
    static boolean isOfPrepared(WalRecord record) {
        return of(record) == COMMIT_PREPARED || of(record) == ABORT_PREPARED;
    }

    private static Operations named(int operation, String name, Operations others) {
        return others.with(operation, name).with(operation | HAS_INFO, name);
    }
}
