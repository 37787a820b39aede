package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks a side for the rows of a table, in an order that is the same on both sides: first what they are ordered by, then all
 * columns of either side.
 *
 * @param sql        after SELECT
 * @param order      how many fields say the order
 * @param isNumbers  whether those are integers, which are ordered as such; else it is one text, ordered by its bytes
 */
record RowQuery(String sql, int order, boolean isNumbers) {
    private static final Set<Integer> INTEGERS = Set.of(20, 21, 23);

    static RowQuery of(TablePair.Found table, TableFacts own, TableLayout layout) {
        List<Column> keys = layout.key().stream().map(name -> own.column(name).orElseThrow()).toList();
        boolean isNumbers = !keys.isEmpty() && keys.stream().allMatch(key -> INTEGERS.contains(key.baseType()));
        List<String> values = layout.columns().stream().map(column ->
                own.column(column.name()).isPresent() ? Sql.identifier(column.name()) : "NULL::text").toList();
        List<String> order = new ArrayList<>();
        if (isNumbers) {
            keys.forEach(key -> order.add(Sql.identifier(key.name())));
        } else {
            List<String> parts = keys.isEmpty() ? values : keys.stream().map(RowQuery::canonical).toList();
            order.add("(ROW(" + String.join(", ", parts) + ")::text COLLATE \"C\")");
        }
        List<String> selected = new ArrayList<>(order);
        selected.addAll(values);
        String sql = String.join(", ", selected) + " FROM (" + rows(table, own) + ") d ORDER BY "
                + String.join(", ", order);
        return new RowQuery(sql, order.size(), isNumbers);
    }

    private static String rows(TablePair.Found table, TableFacts own) {
        String columns = Sql.identifiers(own.columns().stream().map(Column::name).toList());
        return table.leaves().stream().map((CatalogRelation leaf) ->
                "SELECT " + columns + " FROM ONLY " + Sql.name(leaf.schema(), leaf.name()))
                .collect(Collectors.joining(" UNION ALL "));
    }

    /** What is the same for values that are equal though they are printed differently. */
    private static String canonical(Column key) {
        String name = Sql.identifier(key.name());
        return switch (key.baseType()) {
            case 1700 -> "trim_scale(" + name + ")";
            case 700, 701 -> name + " + 0";
            case 1042 -> name + "::text";
            default -> name;
        };
    }
}
