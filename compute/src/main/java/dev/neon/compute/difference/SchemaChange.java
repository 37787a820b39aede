package dev.neon.compute.difference;

import java.util.List;

/**
 * How a part of a schema differs.
 *
 * @param database that it is in
 * @param kind     in words: {@code table}, {@code view}
 * @param name     qualified and quoted
 * @param state    what became of it
 * @param lines    of its definition: all of what was created or dropped, of what was altered those that differ and some around
 *                 them
 */
public record SchemaChange(String database, String kind, String name, State state, List<Line> lines) {
    public SchemaChange {
        lines = List.copyOf(lines);
    }

    /** What became of it from the first side to the second. */
    public enum State { CREATED, DROPPED, ALTERED }

    /** What a line is. */
    public enum Sign {
        REMOVED,
        ADDED,
        /** It is on both sides. */
        SAME,
        /** Lines were left out here. */
        GAP
    }

    /** A line of a definition. */
    public record Line(Sign sign, String text) {}
}
