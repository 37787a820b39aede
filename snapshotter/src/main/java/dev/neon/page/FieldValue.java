package dev.neon.page;

import java.util.List;
import java.util.stream.Collectors;

/** What a field of a page says. As text it is what PostgreSQL's {@code pageinspect} would show, but for lists. */
public sealed interface FieldValue {
    /** Signed; what PostgreSQL keeps as an unsigned number of up to 32 bits is positive here. */
    record Whole(long value) implements FieldValue {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** A {@code double precision}. */
    record Real(double value) implements FieldValue {
        @Override
        public String toString() {
            return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value)
                    : Double.toString(value);
        }
    }

    /** Words, an LSN, a row's place or bytes in hex. */
    record Text(String value) implements FieldValue {
        @Override
        public String toString() {
            return value;
        }
    }

    record Truth(boolean value) implements FieldValue {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** Several values. */
    record Listing(List<FieldValue> values) implements FieldValue {
        public Listing {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return values.stream().map(FieldValue::toString).collect(Collectors.joining(" "));
        }
    }

    /** SQL's null: the field has no meaning here. */
    record Missing() implements FieldValue {
        @Override
        public String toString() {
            return "";
        }
    }
}
