package dev.neon.inspect;

import dev.neon.repo.Lsn;
import dev.neon.wal.RecordSearch;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.util.Optional;

/**
 * The records that start between two positions, read by one thread.
 *
 * @param tally  what was kept of them
 * @param first  the start of the first; {@link #NONE} if there is none
 * @param before where that one says that its predecessor starts
 * @param last   the start of the last
 * @param begin  the position before the first record
 * @param end    the position after the last record
 * @param why    what stopped the walk; empty if it went on to its limit
 */
record Piece<T extends Tally<T>>(T tally, long first, long before, long last, long begin, long end,
        Optional<WalkEnd> why) {
    static final long NONE = -1;

    /**
     * Reads.
     *
     * @param reader before the first record
     * @param until  exclusive: no record that starts there or later is counted
     * @param limit  no record that ends after it is counted
     */
    static <T extends Tally<T>> Piece<T> read(WalReader reader, long until, long limit, T tally) {
        long stop = Math.min(until, limit);
        long begin = reader.endLsn();
        long end = begin;
        long first = NONE;
        long before = NONE;
        long last = NONE;
        while (end < stop && reader.next()) {
            long start = reader.startLsn();
            if (start >= stop || reader.dataEnd() > limit) {
                return new Piece<>(tally, first, before, last, begin, end, Optional.empty());
            }
            if (first == NONE) {
                first = start;
                before = reader.previousLsn();
            }
            tally.count(reader);
            last = start;
            end = reader.endLsn();
        }
        return new Piece<>(tally, first, before, last, begin, end, end < stop ? reader.why() : Optional.empty());
    }

    /** What can be read without knowing what is before: from the first record that starts on a page of its own. */
    static <T extends Tally<T>> Piece<T> readAlone(WalSource source, long from, long until, long limit, T tally) {
        Optional<WalReader> found = RecordSearch.onPages(source, new Lsn(from), new Lsn(until));
        if (found.isEmpty()) {
            return new Piece<>(tally, NONE, NONE, NONE, from, from, Optional.empty());
        }
        try (WalReader reader = found.get()) {
            return read(reader, until, limit, tally);
        }
    }

    /**
     * Reads on after records that have been read, with the next one's link to the last of them checked.
     *
     * @param last the start of the last record; {@link #NONE} if there is none yet
     * @param end  the position after it
     */
    static <T extends Tally<T>> Piece<T> readOn(WalSource source, long last, long end, long until, long limit,
            T tally) {
        Optional<WalReader> atLast = last == NONE ? Optional.empty() : RecordSearch.at(source, new Lsn(last));
        // No lambda: on one core the training of the AOT cache may not come this way, and one made anew takes its time.
        try (WalReader reader = atLast.isPresent() ? atLast.get() : WalReader.from(source, new Lsn(end))) {
            return read(reader, until, limit, tally);
        }
    }

    /** Whether this, read alone, is what {@link #readOn} would have read. */
    boolean follows(long earlier, long earlierEnd) {
        return first != NONE && begin == earlierEnd && before == earlier;
    }
}
