package dev.neon.sync;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;

/**
 * What is sent at a time: from some place in a file, or of the WAL of one segment, to some other. Whoever fetches asks by
 * {@code instanceof} which it is: a switch over types is made anew by each JVM, and takes milliseconds of a short fetch.
 */
public sealed interface Piece {
    TimelineId timeline();

    /** How many bytes it has before compression. */
    long bytes();

    /** The piece without its first bytes. */
    Piece without(long bytes);

    /**
     * A part of a file.
     *
     * @param path as {@link OfferedFile#path}
     * @param from inclusive
     * @param to   exclusive
     */
    record OfFile(TimelineId timeline, String path, long from, long to) implements Piece {
        @Override
        public long bytes() {
            return to - from;
        }

        @Override
        public Piece without(long bytes) {
            return new OfFile(timeline, path, from + bytes, to);
        }

        @Override
        public String toString() {
            return "'" + path + "' of timeline '" + timeline + "'";
        }
    }

    /** WAL of one segment: {@code from} inclusive, {@code to} exclusive. */
    record OfWal(TimelineId timeline, Lsn from, Lsn to) implements Piece {
        @Override
        public long bytes() {
            return to.minus(from);
        }

        @Override
        public Piece without(long bytes) {
            return new OfWal(timeline, from.plus(bytes), to);
        }

        @Override
        public String toString() {
            return "WAL from " + from + " to " + to + " of timeline '" + timeline + "'";
        }
    }
}
