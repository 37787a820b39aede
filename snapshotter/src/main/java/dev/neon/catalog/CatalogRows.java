package dev.neon.catalog;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Rows of a catalog as they lie on its pages, to be compared with those of another point: each is its bytes from the null bits on,
 * in hexadecimal, and only live ones count.
 */
public final class CatalogRows {
    /** {@code pg_attribute}; {@code attrelid} comes first. */
    public static final int PG_ATTRIBUTE = 1249;
    /** {@code pg_attrdef}; {@code adrelid} comes after its oid. */
    public static final int PG_ATTRDEF = 2604;
    /** {@code pg_enum}. */
    public static final int PG_ENUM = 3501;
    /** Where {@code atttypid} is in a row of pg_attribute. */
    public static final int ATTTYPID = 68;
    /** Where {@code enumlabel} is in a row of pg_enum. */
    public static final int ENUMLABEL = 12;

    private CatalogRows() {}

    /** A row of a catalog; of meaning while it is shown. */
    public interface Row {
        /** A number of 32 bits at this place of the data. */
        int i32(int at);

        /** A value of type {@code name}. */
        String name(int at);
    }

    static Set<String> of(HeapFile file, int bytes, Predicate<Row> which) {
        Set<String> rows = new TreeSet<>();
        file.forEach(bytes, tuple -> {
            if (tuple.state() == TupleState.LIVE && which.test(tuple)) {
                rows.add(tuple.hex());
            }
        });
        return rows;
    }
}
