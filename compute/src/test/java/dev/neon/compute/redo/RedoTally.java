package dev.neon.compute.redo;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** How redo fared, by type of record: {@code Heap INSERT}. The first difference of each type is kept for people. */
final class RedoTally {
    /** What came of one block of one record. */
    enum Outcome {
        /** The page is the server's. */
        EQUAL,
        /** There is nothing to compare it with: the record's image has become the page, or it has none. */
        UNCOMPARED,
        DIFFERENT,
        /** Redo threw. */
        FAILED,
        /** The resource manager has no redo yet. */
        MISSING;

        boolean isWrong() {
            return this == DIFFERENT || this == FAILED || this == MISSING;
        }
    }

    /** How many blocks came out how. */
    static final class Counts {
        private final long[] counts = new long[Outcome.values().length];

        long of(Outcome outcome) {
            return counts[outcome.ordinal()];
        }

        long seen() {
            long sum = 0;
            for (long count : counts) {
                sum += count;
            }
            return sum;
        }

        long compared() {
            return of(Outcome.EQUAL) + of(Outcome.DIFFERENT) + of(Outcome.FAILED) + of(Outcome.MISSING);
        }

        long wrong() {
            return compared() - of(Outcome.EQUAL);
        }

        void add(Counts other) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] += other.counts[i];
            }
        }
    }

    private final Map<String, Counts> types = new TreeMap<>();
    private final Map<String, String> firsts = new TreeMap<>();
    private final Set<String> forms = new TreeSet<>();

    /** @param report asked for the first time that a type comes out in a wrong way */
    void add(String type, Outcome outcome, Supplier<String> report) {
        types.computeIfAbsent(type, none -> new Counts()).counts[outcome.ordinal()]++;
        if (outcome.isWrong()) {
            firsts.computeIfAbsent(type + ": " + outcome.name().toLowerCase(Locale.ROOT), none -> report.get());
        }
    }

    void add(RedoTally other) {
        other.types.forEach((type, counts) -> types.computeIfAbsent(type, none -> new Counts()).add(counts));
        other.firsts.forEach(firsts::putIfAbsent);
    }

    /** The {@link BlockForms} of which a page came out as the server's. */
    Set<String> forms() {
        return forms;
    }

    Map<String, Counts> types() {
        return types;
    }

    long compared() {
        return types.values().stream().mapToLong(Counts::compared).sum();
    }

    long wrong() {
        return types.values().stream().mapToLong(Counts::wrong).sum();
    }

    /** A line for each type, and what differs first in each that is wrong. */
    String report() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%-34s %9s %9s %9s %9s %9s%n", "", "seen", "compared", "different",
                "failed", "missing"));
        types.forEach((type, counts) -> text.append(String.format(Locale.ROOT, "%-34s %9d %9d %9d %9d %9d%n", type,
                counts.seen(), counts.compared(), counts.of(Outcome.DIFFERENT), counts.of(Outcome.FAILED),
                counts.of(Outcome.MISSING))));
        firsts.forEach((type, first) -> text.append('\n').append(type).append('\n').append(first));
        return text.toString();
    }

    /** The types of which a block came out in a wrong way. */
    List<String> wrongTypes() {
        return types.entrySet().stream().filter(type -> type.getValue().wrong() > 0).map(Map.Entry::getKey).toList();
    }
}
