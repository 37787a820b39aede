package dev.neon.wal;

import dev.neon.repo.PromisedPart;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** WAL of one timeline that need not be here, since another repository has promised to give it. Safe for several threads. */
public interface PromisedWal {
    /** Of a timeline of which all is here. */
    PromisedWal NONE = new PromisedWal() {
        @Override
        public SortedSet<Long> segments() {
            return new TreeSet<>();
        }

        @Override
        public List<PromisedPart> missing(long number) {
            return List.of();
        }

        @Override
        public void bring(long number) {
            // Nothing was promised.
        }
    };

    /** The numbers of promised segments, be they here by now or not. */
    SortedSet<Long> segments();

    /** What is to be brought of a segment that is promised and not here. */
    List<PromisedPart> missing(long number);

    /**
     * Brings a segment, and some that follow, of which there are more each time: most who read on read on for long.
     *
     * @throws dev.neon.repo.error.TransferFailedException if it cannot be had
     */
    void bring(long number);
}
