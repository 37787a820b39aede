package dev.neon.rmgr.spgist;

import dev.neon.rmgr.RmgrRecord;
import java.util.List;

/**
 * Changes of SP-GiST indexes ({@code REL_17 spgxlog.h}). Offsets are those of items in a page, from 1; 0 is none. A
 * "nodeI" counts the nodes of an inner tuple from 0. Tuples are whole, header included; arrays are copies.
 */
public sealed interface SpgistRecord extends RmgrRecord {
    /**
     * What redo needs of {@code SpGistState}.
     *
     * @param redirectXid the transaction in redirect tuples, unsigned; {@code myXid} before 17
     * @param isBuild     whether the index is being built, so that no redirect tuples are needed
     */
    record State(int redirectXid, boolean isBuild) {}

    /**
     * A leaf tuple added to the page of block 0; block 1, if any, has the inner tuple that points to it.
     *
     * @param newPage        whether redo makes block 0 anew
     * @param storesNulls    whether it is in the tree of nulls
     * @param offnumLeaf     where it goes
     * @param offnumHeadLeaf the first of its chain, or 0
     * @param offnumParent   the inner tuple, or 0
     * @param nodeI          the node that points to it
     */
    record AddLeaf(boolean newPage, boolean storesNulls, int offnumLeaf, int offnumHeadLeaf, int offnumParent,
            int nodeI, byte[] leafTuple) implements SpgistRecord {}

    /**
     * A chain moved from the page of block 0 to that of block 1, with a new tuple; block 2 has the inner tuple.
     *
     * @param newPage     whether redo makes block 1 anew
     * @param replaceDead whether the chain was one dead tuple, of which nothing is moved
     * @param toDelete    from block 0
     * @param toInsert    into block 1, one for each of {@code leafTuples}
     */
    record MoveLeafs(boolean newPage, boolean replaceDead, boolean storesNulls, int offnumParent, int nodeI,
            State stateSrc, int[] toDelete, int[] toInsert, List<byte[]> leafTuples) implements SpgistRecord {}

    /**
     * A node added to the inner tuple in the page of block 0; where it no longer fits, it moves to block 1.
     *
     * @param offnum       the tuple in block 0
     * @param offnumNew    the tuple in block 1, or 0
     * @param newPage      whether redo makes block 1 anew
     * @param parentBlk    which block has the parent's tuple: 0, 1 or 2; -1 if that does not change
     * @param offnumParent the parent's tuple
     * @param nodeI        the node in the parent's tuple
     * @param innerTuple   the new one
     */
    record AddNode(int offnum, int offnumNew, boolean newPage, int parentBlk, int offnumParent, int nodeI,
            State stateSrc, byte[] innerTuple) implements SpgistRecord {}

    /**
     * An inner tuple in the page of block 0 split into one for a shorter prefix, and one below it.
     *
     * @param offnumPrefix   the upper one, in block 0
     * @param offnumPostfix  the lower one, in block 0 or 1
     * @param newPage        whether redo makes block 1 anew
     * @param postfixBlkSame whether the lower one is in block 0
     */
    record SplitTuple(int offnumPrefix, int offnumPostfix, boolean newPage, boolean postfixBlkSame,
            byte[] prefixTuple, byte[] postfixTuple) implements SpgistRecord {}

    /**
     * A full leaf page divided below a new inner tuple. Block 0 is the page (absent for a root), block 1 a second one for
     * leaves (if needed), block 2 has the inner tuple, block 3 the parent's (unless that is in block 2 too, or there is none).
     *
     * @param isRootSplit   whether the page was the root
     * @param initSrc       whether redo makes block 0 anew
     * @param initDest      whether redo makes block 1 anew
     * @param offnumInner   the inner tuple, in block 2
     * @param initInner     whether redo makes block 2 anew
     * @param innerIsParent whether the parent's tuple is in block 2
     * @param offnumParent  the parent's tuple
     * @param nodeI         the node in the parent's tuple
     * @param toDelete      from block 0
     */
    record PickSplit(boolean isRootSplit, boolean initSrc, boolean initDest, int offnumInner, boolean initInner,
            boolean storesNulls, boolean innerIsParent, int offnumParent, int nodeI, State stateSrc, int[] toDelete,
            byte[] innerTuple, List<Leaf> toInsert) implements SpgistRecord {}

    /**
     * A leaf of a {@link PickSplit}.
     *
     * @param offnum where it goes
     * @param isDest whether that is in block 1, else in block 0
     */
    record Leaf(int offnum, boolean isDest, byte[] tuple) {}

    /**
     * Dead leaf tuples cleared from the page of block 0.
     *
     * @param toDead        tuples that become DEAD
     * @param toPlaceholder tuples that become PLACEHOLDER
     * @param moveSrc       tuples that move, and become PLACEHOLDER
     * @param moveDest      where to, one for each
     * @param chainSrc      tuples whose link to the next in the chain changes
     * @param chainDest     to which, one for each
     */
    record VacuumLeaf(State stateSrc, int[] toDead, int[] toPlaceholder, int[] moveSrc, int[] moveDest,
            int[] chainSrc, int[] chainDest) implements SpgistRecord {}

    /** Dead leaf tuples removed from a root, block 0, that is a leaf too. */
    record VacuumRoot(State stateSrc, int[] toDelete) implements SpgistRecord {}

    /**
     * Redirect tuples in the page of block 0 made placeholders, and placeholders at its end removed.
     *
     * @param firstPlaceholder        the first one to be removed, or 0
     * @param snapshotConflictHorizon the newest transaction of the redirect tuples, unsigned
     * @param isCatalogRel            whether logical decoding may need them; false before 16, which did not tell
     * @param toPlaceholder           the redirect tuples
     */
    record VacuumRedirect(int firstPlaceholder, int snapshotConflictHorizon, boolean isCatalogRel,
            int[] toPlaceholder) implements SpgistRecord {}
}
