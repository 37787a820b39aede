package dev.neon.sync;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;

/** What is sent at a time: from some place in a file, or of the WAL of one segment, to some other. */
public sealed interface Piece {
    TimelineId timeline();

    /** How many bytes it has before compression. */
    long bytes();

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
        public String toString() {
            return "WAL from " + from + " to " + to + " of timeline '" + timeline + "'";
        }
    }

    /** The piece without its first bytes. */
    default Piece without(long bytes) {
        return switch (this) {
            case OfFile file -> new OfFile(file.timeline(), file.path(), file.from() + bytes, file.to());
            case OfWal wal -> new OfWal(wal.timeline(), wal.from().plus(bytes), wal.to());
        };
    }
}
