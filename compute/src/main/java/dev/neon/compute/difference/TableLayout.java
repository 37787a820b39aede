package dev.neon.compute.difference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the rows of a table are shown.
 *
 * @param schema  its schema
 * @param name    without it
 * @param columns those of the second side, then those that only the first has; each as the side has it that has it
 * @param key     the columns by which rows are matched; empty if whole rows are
 * @param place   on which sides it is
 * @param added   columns that only the second side has, where both have the table
 * @param dropped columns that only the first side has, likewise
 * @param altered columns whose type, collation or expression differs, likewise
 */
public record TableLayout(String schema, String name, List<Column> columns, List<String> key, Place place,
        List<String> added, List<String> dropped, List<String> altered) {
    /** Where a table is. */
    public enum Place { BOTH, FROM_ONLY, TO_ONLY }

    static TableLayout of(TablePair pair, Both<TableFacts> facts) {
        List<Column> columns = new ArrayList<>(facts.to().columns());
        List<String> added = new ArrayList<>();
        List<String> dropped = new ArrayList<>();
        List<String> altered = new ArrayList<>();
        for (Column column : facts.from().columns()) {
            if (facts.to().column(column.name()).isEmpty()) {
                columns.add(column);
                dropped.add(column.name());
            }
        }
        for (Column column : facts.to().columns()) {
            Optional<Column> before = facts.from().column(column.name());
            if (before.isEmpty()) {
                added.add(column.name());
            } else if (!column.definition().equals(before.get().definition())) {
                altered.add(column.name());
            }
        }
        Place place = pair.from().isEmpty() ? Place.TO_ONLY : pair.to().isEmpty() ? Place.FROM_ONLY : Place.BOTH;
        boolean isBoth = place == Place.BOTH;
        return new TableLayout(pair.schema(), pair.name(), List.copyOf(columns), TableFacts.commonKey(facts), place,
                isBoth ? added : List.of(), isBoth ? dropped : List.of(), isBoth ? altered : List.of());
    }

    public String qualifiedName() {
        return schema + '.' + name;
    }

    /** Whether the table itself differs, whatever its rows. */
    public boolean isDifferent() {
        return place != Place.BOTH || !added.isEmpty() || !dropped.isEmpty() || !altered.isEmpty();
    }

    /** Where a column is among {@link #columns}. */
    public int index(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no column " + column);
    }
}
