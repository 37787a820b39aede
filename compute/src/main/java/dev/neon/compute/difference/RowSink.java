package dev.neon.compute.difference;

import java.util.List;
import java.util.Optional;

/** Is told how the rows of tables differ: of each table its beginning, its rows in the order of their keys, its end. */
public interface RowSink {
    /** Whether it is also told of tables of which it is certain, without a server, that nothing differs. */
    default boolean wantsAll() {
        return true;
    }

    /** A table begins. */
    void begin(TableLayout table);

    /** A row that only the first side has; values in the order of the columns, as PostgreSQL prints them, empty for null. */
    void deleted(List<Optional<String>> row);

    /** A row that only the second side has. */
    void inserted(List<Optional<String>> row);

    /** A row that is not the same on both sides, where there is a key. */
    void changed(List<Optional<String>> before, List<Optional<String>> after);

    /** The table ends. */
    void end(RowTotals totals);
}
