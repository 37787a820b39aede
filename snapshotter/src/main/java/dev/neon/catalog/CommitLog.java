package dev.neon.catalog;

import java.util.Map;
import java.util.TreeMap;

/**
 * {@code pg_xact}: two bits for each transaction, four transactions a byte from its low bits up, 32 pages a file
 * ({@code REL_17 clog.c}, {@code slru.h}).
 */
final class CommitLog {
    /** How a transaction ended. */
    enum Status { IN_PROGRESS, COMMITTED, ABORTED, SUB_COMMITTED }

    private static final int FIRST_NORMAL_XID = 3;
    private static final int PER_BYTE = 4;
    private static final int PER_FILE = 32 * HeapFile.PAGE_SIZE * PER_BYTE;

    private final CatalogSource source;
    private final Map<Integer, byte[]> files = new TreeMap<>();

    CommitLog(CatalogSource source) {
        this.source = source;
    }

    /**
     * @param xid unsigned; in progress as well if its part of the log is gone: PostgreSQL removes what no tuple needs
     */
    Status status(int xid) {
        if (Integer.compareUnsigned(xid, FIRST_NORMAL_XID) < 0) {
            return xid == 0 ? Status.ABORTED : Status.COMMITTED;
        }
        byte[] file = files.computeIfAbsent(Integer.divideUnsigned(xid, PER_FILE), source::commitLog);
        int at = Integer.remainderUnsigned(xid, PER_FILE);
        if (at / PER_BYTE >= file.length) {
            return Status.IN_PROGRESS;
        }
        return Status.values()[file[at / PER_BYTE] >> at % PER_BYTE * 2 & 3];
    }
}
