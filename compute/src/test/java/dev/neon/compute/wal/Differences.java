package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;

/** Where neon and PostgreSQL do not say the same of a record: how often by kind of record, and the first of each. */
final class Differences {
    private record Kind(int count, String expected, String actual) {
        Kind more(Kind other) {
            return new Kind(count + other.count, expected, actual);
        }
    }

    private final Map<String, Kind> kinds = new TreeMap<>();
    private long compared;

    /** @param kind the resource manager and the type of the record, or what else is compared */
    void compare(String kind, String expected, String actual) {
        compared++;
        if (!expected.equals(actual)) {
            kinds.merge(kind, new Kind(1, expected, actual), Kind::more);
        }
    }

    long compared() {
        return compared;
    }

    void assertNone(String what) {
        StringBuilder text = new StringBuilder(what + ": of " + compared + " these differ");
        kinds.forEach((name, kind) -> text.append("\n").append(kind.count).append(" of ").append(name)
                .append("\n  PostgreSQL: ").append(kind.expected).append("\n  neon:       ").append(kind.actual));
        assertTrue(kinds.isEmpty(), text::toString);
    }
}
