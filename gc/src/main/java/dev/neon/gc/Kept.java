package dev.neon.gc;

import dev.neon.repo.Lsn;
import java.util.SortedSet;

/**
 * What is needed of one timeline.
 *
 * @param points    at which a state can be asked for
 * @param snapshots by their LSNs
 * @param wal       what has to be read to get to the points, from the snapshots that they are made of; one byte of a
 *                  range needs the segment that it is in
 */
public record Kept(LsnRanges points, SortedSet<Lsn> snapshots, LsnRanges wal) {}
