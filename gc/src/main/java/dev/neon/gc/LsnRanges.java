package dev.neon.gc;

import dev.neon.repo.Lsn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Ranges of LSNs, both ends inclusive: ascending, and none touches another.
 *
 * @param ranges as they are kept
 */
public record LsnRanges(List<Range> ranges) {
    /**
     * One range.
     *
     * @param from inclusive
     * @param to   inclusive, not before {@code from}
     */
    public record Range(Lsn from, Lsn to) {
        public boolean contains(Lsn lsn) {
            return !lsn.isBefore(from) && !lsn.isAfter(to);
        }
    }

    /** Ranges in any order, which may overlap. */
    public static LsnRanges of(List<Range> unordered) {
        if (unordered.size() < 2) {
            return new LsnRanges(List.copyOf(unordered));
        }
        List<Range> sorted = new ArrayList<>(unordered);
        sorted.sort(Comparator.comparing(Range::from));
        List<Range> merged = new ArrayList<>();
        Range last = sorted.getFirst();
        for (Range next : sorted) {
            if (next.from().isAfter(last.to())) {
                merged.add(last);
                last = next;
            } else {
                last = new Range(last.from(), Lsn.max(last.to(), next.to()));
            }
        }
        merged.add(last);
        return new LsnRanges(List.copyOf(merged));
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public boolean contains(Lsn lsn) {
        return touches(lsn, lsn);
    }

    /** Whether any of the LSNs from one to another, inclusive, is in one of the ranges. */
    public boolean touches(Lsn from, Lsn to) {
        int low = 0;
        int high = ranges.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ranges.get(middle).to().isBefore(from)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < ranges.size() && !ranges.get(low).from().isAfter(to);
    }
}
