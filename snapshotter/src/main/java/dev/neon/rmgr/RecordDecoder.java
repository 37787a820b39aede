package dev.neon.rmgr;

import dev.neon.wal.WalRecord;

/** Reads one resource manager's records. */
@FunctionalInterface
public interface RecordDecoder<R extends RmgrRecord> {
    /**
     * What the record says, with copies of what it needs: it stays valid when the reader moves on.
     *
     * @throws dev.neon.repo.error.UnsupportedWalException for an unknown operation or flag, and if bytes are missing or
     *                                                      left over
     */
    R decode(WalRecord record);
}
