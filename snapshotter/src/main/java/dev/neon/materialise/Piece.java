package dev.neon.materialise;

import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.layer.Section;
import dev.neon.state.BlockRange;
import dev.neon.state.ClusterMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * What a thread writes at a time: a section, or some of the blocks of a large one, so that all threads have something to do
 * until the end.
 *
 * @param from the first block in the fork
 * @param to     the one after the last
 * @param isPart whether other pieces have the rest of the same file
 */
record Piece(Section section, long from, long to, boolean isPart) {
    /**
     * All pieces of a fork, one at least.
     *
     * @param blocks how many a piece may have, a power of two
     */
    static List<Piece> of(ClusterMetadata metadata, ForkKey fork, int blocks) {
        List<Piece> pieces = new ArrayList<>();
        boolean isSlru = fork.relation().tablespace() == 0;
        int most = isSlru ? Section.BLOCKS : blocks;
        for (BlockRange range : metadata.ranges(fork)) {
            long end = Integer.toUnsignedLong(range.to());
            for (long from = Integer.toUnsignedLong(range.from()); from < end;) {
                long to = Math.min(end, (from | most - 1) + 1);
                long fileStart = from & -Section.BLOCKS;
                boolean isPart = Math.min(end - fileStart, Section.BLOCKS) > most;
                pieces.add(new Piece(Section.of(fork, (int) from), from, to, isPart));
                from = to;
            }
        }
        if (pieces.isEmpty() && !isSlru) {
            pieces.add(new Piece(Section.of(fork, 0), 0, 0, false));
        }
        return pieces;
    }

    long blocks() {
        return to - from;
    }
}
