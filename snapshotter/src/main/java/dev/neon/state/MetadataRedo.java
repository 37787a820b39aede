package dev.neon.state;

import dev.neon.postgres.PostgresMajor;
import dev.neon.wal.WalRecord;

/** Brings metadata forward record by record, as PostgreSQL's recovery would. Used by one thread. */
public final class MetadataRedo {
    public MetadataRedo(PostgresMajor major) {
        throw new UnsupportedOperationException();
    }

    /**
     * Does one record: the one that follows the metadata's {@link ClusterMetadata#lsn}. To be called for each record, of
     * whatever resource manager: blocks that it refers to may lie beyond the end of their forks, and its transaction's id
     * may be new. Blocks that a record touches without a reference to them are told by
     * {@link ClusterMetadata#extend}.
     *
     * @param events is told what happens to forks
     * @throws dev.neon.repo.error.UnsupportedWalException if the record is of a form that is not known
     */
    public void redo(WalRecord record, ClusterMetadata metadata, ForkEvents events) {
        throw new UnsupportedOperationException();
    }
}
