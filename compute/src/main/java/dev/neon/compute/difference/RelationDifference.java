package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.RelationKind;
import dev.neon.rmgr.heap.RowCount;
import java.util.Optional;

/**
 * What happened to a relation since the common point.
 *
 * @param relation  as the second side has it, or the first where the second has not
 * @param state     what became of it from the first side to the second
 * @param formerly  its name on the first side, if that is another
 * @param from      what happened to it on the way to the first side
 * @param to        likewise to the second
 */
public record RelationDifference(CatalogRelation relation, State state, Optional<String> formerly, Happened from,
        Happened to) {
    /** What became of a relation. */
    public enum State {
        CREATED,
        DROPPED,
        /** It has other files: TRUNCATE, VACUUM FULL, CLUSTER, or an ALTER TABLE that changes all rows. */
        REWRITTEN,
        SAME
    }

    /**
     * What WAL tells of one side.
     *
     * @param blocks that records refer to, each once, of all forks
     * @param bytes  that records spend on them
     */
    public record Happened(long blocks, long bytes, RowCount rows) {
        public static final Happened NOTHING = new Happened(0, 0, RowCount.NONE);

        Happened plus(Happened other) {
            return new Happened(blocks + other.blocks, bytes + other.bytes, rows.plus(other.rows));
        }
    }

    /** Whether rows may differ, or it is not on both sides under one name; vacuum alone does not count. */
    public boolean isDifferent() {
        return state != State.SAME || formerly.isPresent() || !from.rows().isNone() || !to.rows().isNone() || isMovedSequence();
    }

    private boolean isMovedSequence() {
        return relation.kind() == RelationKind.SEQUENCE && from.blocks() + to.blocks() > 0;
    }
}
