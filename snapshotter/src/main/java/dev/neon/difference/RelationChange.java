package dev.neon.difference;

import dev.neon.repo.RelFileLocator;
import dev.neon.rmgr.heap.RowCount;
import java.util.BitSet;

/**
 * What a range of WAL did to a relation.
 *
 * @param relation   its files
 * @param mainBlocks the blocks of its main fork that records refer to; not to be changed
 * @param blocks     how many blocks, of all forks
 * @param bytes      that records spend on them: images and data
 * @param rows       of transactions that committed in the range
 */
public record RelationChange(RelFileLocator relation, BitSet mainBlocks, long blocks, long bytes, RowCount rows) {}
