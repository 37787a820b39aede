package dev.neon.repo;

/** What is fetched as a whole of that which was promised. */
public sealed interface PromisedPart {
    TimelineId timeline();

    /** How much it is. */
    long bytes();

    /**
     * A layer of a snapshot.
     *
     * @param snapshot the LSN of the snapshot
     * @param name     in the snapshot's directory
     * @param checksum CRC-32C of all its bytes
     */
    record Layer(TimelineId timeline, Lsn snapshot, String name, long bytes, int checksum) implements PromisedPart {
        @Override
        public String toString() {
            return "'" + name + "' of the snapshot at " + snapshot + " of timeline '" + timeline + "'";
        }
    }

    /**
     * The WAL of one segment.
     *
     * @param from where the segment begins
     * @param to   exclusive: where it ends, or the WAL does
     */
    record Wal(TimelineId timeline, Lsn from, Lsn to) implements PromisedPart {
        @Override
        public long bytes() {
            return to.minus(from);
        }

        @Override
        public String toString() {
            return "WAL from " + from + " to " + to + " of timeline '" + timeline + "'";
        }
    }
}
