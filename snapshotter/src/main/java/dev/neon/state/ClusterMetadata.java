package dev.neon.state;

import dev.neon.postgres.CheckPoint;
import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.layer.ForkKey;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The state of a cluster at one LSN, without pages. {@link BaseState} or {@link MetadataFormat} makes it, {@link
 * MetadataRedo} brings it forward. Used by one thread; {@link #copy} gives others their own.
 */
public final class ClusterMetadata {
    private ClusterMetadata() {
        throw new UnsupportedOperationException();
    }

    /** An independent copy. */
    public ClusterMetadata copy() {
        throw new UnsupportedOperationException();
    }

    public PostgresMajor major() {
        throw new UnsupportedOperationException();
    }

    public ClusterIdentity identity() {
        throw new UnsupportedOperationException();
    }

    /** The state is that after all records which end here or before: the end of {@link #lastRecord}. */
    public Lsn lsn() {
        throw new UnsupportedOperationException();
    }

    /** The start of the last record before {@link #lsn}, to which the next one links. */
    public Lsn lastRecord() {
        throw new UnsupportedOperationException();
    }

    /** What a shutdown checkpoint would say here; its {@code redo} and {@code time} mean nothing. */
    public CheckPoint counters() {
        throw new UnsupportedOperationException();
    }

    /** The start of the last checkpoint's record, at or below {@link #lsn}. */
    public Lsn checkPointLsn() {
        throw new UnsupportedOperationException();
    }

    /** What that checkpoint's record says. */
    public CheckPoint checkPoint() {
        throw new UnsupportedOperationException();
    }

    /** {@code track_commit_timestamp} as WAL told it last. */
    public boolean tracksCommitTimestamps() {
        throw new UnsupportedOperationException();
    }

    /** All forks, SLRUs included, in their order; a copy. Free space maps and main forks of unlogged relations are none. */
    public List<ForkKey> forks() {
        throw new UnsupportedOperationException();
    }

    public boolean exists(ForkKey fork) {
        throw new UnsupportedOperationException();
    }

    /** How many blocks a relation's fork has, unsigned; 0 if there is none. Not for SLRUs. */
    public int blocks(ForkKey fork) {
        throw new UnsupportedOperationException();
    }

    /**
     * The blocks that a fork has, of an SLRU too: one range, two for an SLRU whose page numbers have wrapped around, none
     * if there is no block. Pages in them that nothing was ever written to are zeros.
     */
    public List<BlockRange> ranges(ForkKey fork) {
        throw new UnsupportedOperationException();
    }

    /** Makes sure that a fork has a block: one that a record touches without a reference. FSMs are passed over. */
    public void extend(ForkKey fork, int block) {
        throw new UnsupportedOperationException();
    }

    /**
     * The directories of databases, with {@code pg_filenode.map} in the one that is the database's own, where {@code
     * PG_VERSION} stands as well; elsewhere it has only relations. Read-only.
     */
    public SortedMap<DatabaseDirectory, Optional<byte[]>> databases() {
        throw new UnsupportedOperationException();
    }

    /** {@code global/pg_filenode.map}; not to be changed. */
    public byte[] globalMap() {
        throw new UnsupportedOperationException();
    }

    /** Locations of tablespaces by unsigned oid: an absolute path, or empty for one that lives in {@code pg_tblspc}. Read-only. */
    public SortedMap<Integer, String> tablespaces() {
        throw new UnsupportedOperationException();
    }

    /** Content of two-phase files without their CRC, by the transaction's 64-bit id. Read-only. */
    public SortedMap<Long, byte[]> twoPhase() {
        throw new UnsupportedOperationException();
    }

    /** How far each replication origin has come, by its id. Read-only. */
    public SortedMap<Integer, Lsn> origins() {
        throw new UnsupportedOperationException();
    }
}
