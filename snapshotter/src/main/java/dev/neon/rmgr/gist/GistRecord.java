package dev.neon.rmgr.gist;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.RmgrRecord;
import java.util.List;
import java.util.Optional;

/**
 * Changes of GiST indexes ({@code REL_17 gistxlog.h}). Offsets are those of items in a page, from 1. Tuples are
 * {@code IndexTuple}s, header included; arrays are copies.
 */
public sealed interface GistRecord extends RmgrRecord {
    /**
     * Tuples of the page of block 0 have changed. Block 1, if any, is the left half of a split that this completes: it
     * loses {@code F_FOLLOW_RIGHT}.
     *
     * @param change of the page; empty where an image of it has the result
     */
    record PageUpdate(Optional<TupleChange> change) implements GistRecord {}

    /** Tuples taken from a page, then others added at its end; one for one replaces it in its place. */
    record TupleChange(int[] toDelete, List<byte[]> toInsert) {}

    /**
     * Dead tuples taken from the leaf of block 0.
     *
     * @param snapshotConflictHorizon the newest transaction for which they were alive, unsigned
     * @param isCatalogRel            whether logical decoding may need them; false before 16, which did not tell
     */
    record Delete(int snapshotConflictHorizon, boolean isCatalogRel, int[] toDelete) implements GistRecord {}

    /**
     * A deleted page is about to be used again; a standby ends the queries that could still see it.
     *
     * @param relation                the index
     * @param block                   the page, unsigned
     * @param snapshotConflictHorizon the transaction that deleted it, with its epoch
     * @param isCatalogRel            as in {@link Delete}
     */
    record PageReuse(RelFileLocator relation, int block, long snapshotConflictHorizon, boolean isCatalogRel)
            implements GistRecord {}

    /**
     * One page made into several, each made anew. Block 0, if any, is the left half of an earlier split that this
     * completes: it loses {@code F_FOLLOW_RIGHT}.
     *
     * @param origrlink       the right link of the page before, unsigned; the last page takes it over
     * @param orignsn         the page's NSN before, which all take over
     * @param origleaf        whether the page was a leaf; then all are, but for the root
     * @param markfollowright whether all but the last page get {@code F_FOLLOW_RIGHT}; none does when the root is split
     * @param pages           blocks 1, 2 and so on, from left to right; the first is the page that was split, or the
     *                        root, which then points to the others
     */
    record PageSplit(int origrlink, long orignsn, boolean origleaf, boolean markfollowright, List<Page> pages)
            implements GistRecord {}

    /** A page of a split. */
    record Page(List<byte[]> tuples) {}

    /**
     * The empty page of block 0 becomes a deleted one, and its parent, block 1, loses the link to it.
     *
     * @param deleteXid      the last transaction that could see it in a scan, with its epoch
     * @param downlinkOffset the link
     */
    record PageDelete(long deleteXid, int downlinkOffset) implements GistRecord {}

    /** Nothing: a record for the sake of its LSN, which an index without WAL needs for an NSN. */
    record AssignLsn() implements GistRecord {}
}
