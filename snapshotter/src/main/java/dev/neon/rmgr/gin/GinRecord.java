package dev.neon.rmgr.gin;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.IndexTuple;
import dev.neon.rmgr.RmgrRecord;
import java.util.List;
import java.util.Optional;

/**
 * What gin indexes write ({@code REL_17 ginxlog.h}). Block numbers are unsigned; item offsets count from 1. What is for
 * one page only is empty where the record has an image of that page to restore instead.
 */
public sealed interface GinRecord extends RmgrRecord {
    /**
     * A posting tree begins with a leaf, block 0, made anew.
     *
     * @param postingLists what the leaf holds: compressed posting lists, one after another
     */
    record CreatePostingTree(byte[] postingLists) implements GinRecord {}

    /**
     * Something goes into a page, block 0.
     *
     * @param isData   whether the page is of a posting tree, not of the entry tree
     * @param isLeaf   whether it is a leaf
     * @param children for inner pages: the child whose split this ends, block 1, and the new one
     * @param change   of the page
     */
    record Insert(boolean isData, boolean isLeaf, Optional<Children> children, Optional<PageChange> change)
            implements GinRecord {}

    /** The blocks of a child that has split, and of the new one on its right. */
    record Children(int left, int right) {}

    /**
     * A page splits. Redo restores all pages from their images: the left page, block 0, the right one, block 1, and the
     * root above them, block 2, if it was the root that split. Block 3 is the child whose split this ends, if the page
     * is no leaf.
     *
     * @param rightLink the page to the right of them; the root's block if the root has split
     * @param children  as in {@link Insert}; 0xFFFFFFFF for leaves
     * @param isRoot    whether the root has split
     * @param isData    as in {@link Insert}
     * @param isLeaf    as in {@link Insert}
     */
    record Split(RelFileLocator relation, int rightLink, Children children, boolean isRoot, boolean isData,
            boolean isLeaf) implements GinRecord {}

    /** VACUUM has changed a page of the entry tree, block 0, which is restored from its image. */
    record VacuumPage() implements GinRecord {}

    /** VACUUM has changed a leaf of a posting tree, block 0. */
    record VacuumDataLeafPage(Optional<PageChange.Recompression> change) implements GinRecord {}

    /**
     * A page of a posting tree, block 0, is deleted; block 1 is its parent, block 2 its left sibling.
     *
     * @param parentOffset the parent's item that goes
     * @param rightLink    the left sibling's new right link
     * @param deleteXid    the last xid that could see the page
     */
    record DeletePage(int parentOffset, int rightLink, int deleteXid) implements GinRecord {}

    /**
     * The meta page, block 0, is made anew. Block 1, if any, is the last page of the pending list as it was.
     *
     * @param metadata     for the meta page
     * @param previousTail the block to which a new list is appended; 0xFFFFFFFF if it is the first, or none is
     * @param newRightLink for that block
     * @param count        tuples that block 1 gets; 0 if it gets a right link or is not there
     * @param tuples       for block 1
     */
    record UpdateMetaPage(RelFileLocator relation, GinMetadata metadata, int previousTail, int newRightLink,
            int count, Optional<List<IndexTuple>> tuples) implements GinRecord {}

    /**
     * A page of the pending list, block 0, is made anew.
     *
     * @param rightLink the next page; 0xFFFFFFFF for none: then the page ends a row
     * @param tuples    what it holds
     */
    record InsertListPage(int rightLink, List<IndexTuple> tuples) implements GinRecord {}

    /**
     * The first pages of the pending list, blocks 1 to {@code count}, become free; redo makes them anew and the meta
     * page, block 0.
     */
    record DeleteListPages(GinMetadata metadata, int count) implements GinRecord {}
}
