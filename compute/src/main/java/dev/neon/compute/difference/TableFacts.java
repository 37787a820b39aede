package dev.neon.compute.difference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the catalogs of one side say of a table.
 *
 * @param columns    in their order
 * @param keys       lists of columns that are different in each row, never null; the best first
 * @param primaryKey the columns of the primary key; empty if there is none
 * @param unique     the columns of each unique index and exclusion constraint, keys among them
 * @param hasUnknown whether such an index has an expression or a condition
 */
record TableFacts(List<Column> columns, List<List<String>> keys, List<String> primaryKey, List<List<String>> unique,
        boolean hasUnknown) {
    static final TableFacts NONE = new TableFacts(List.of(), List.of(), List.of(), List.of(), false);

    /** Asks the server; before its {@linkplain SideServer#hideIndexes indexes are hidden}. */
    static TableFacts read(SideServer server, int oid) {
        List<Column> columns = new ArrayList<>();
        for (List<Optional<String>> row : server.rows("""
                attname, format_type(atttypid, atttypmod), CASE WHEN typbasetype <> 0 THEN typbasetype ELSE atttypid END,
                CASE WHEN attcollation <> typcollation AND attcollation <> 0 THEN format('COLLATE %%I.%%I', nspname, collname)
                ELSE '' END, attnotnull, attidentity, CASE WHEN attgenerated <> '' THEN format('GENERATED ALWAYS AS (%%s) %%s',
                pg_get_expr(adbin, adrelid), CASE attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END) END
                FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
                LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                LEFT JOIN pg_collation l ON l.oid = attcollation LEFT JOIN pg_namespace n ON n.oid = collnamespace
                WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum""".formatted(Sql.oid(oid)))) {
            columns.add(new Column(row.get(0).orElseThrow(), row.get(1).orElseThrow(),
                    Integer.parseUnsignedInt(row.get(2).orElseThrow()), row.get(3).orElseThrow(),
                    row.get(4).orElseThrow().equals("t"), row.get(5).orElseThrow(), row.get(6)));
        }
        return withIndexes(server, oid, columns);
    }

    /** An index that allows only one of something. */
    private record Index(boolean isPrimary, boolean isKey, boolean isWhole, List<String> columns) {}

    private static TableFacts withIndexes(SideServer server, int oid, List<Column> columns) {
        Map<String, Index> indexes = new LinkedHashMap<>();
        for (List<Optional<String>> row : server.rows("""
                indexrelid, indisprimary, indisunique AND indisvalid AND indimmediate AND indpred IS NULL AND indexprs IS NULL
                AND NOT EXISTS (SELECT FROM generate_series(0, indnkeyatts - 1) k JOIN pg_attribute b
                ON b.attrelid = indrelid AND b.attnum = indkey[k] WHERE NOT b.attnotnull),
                indpred IS NULL AND indexprs IS NULL, attname
                FROM pg_index CROSS JOIN generate_series(0, indnkeyatts - 1) n
                LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = indkey[n] AND a.attnum > 0
                JOIN pg_class c ON c.oid = indexrelid
                WHERE indrelid = %s AND (indisunique OR indisexclusion)
                ORDER BY indisprimary DESC, indisreplident DESC, indnkeyatts, c.relname, n""".formatted(Sql.oid(oid)))) {
            Index index = indexes.computeIfAbsent(row.get(0).orElseThrow(), any -> new Index(isTrue(row.get(1)),
                    isTrue(row.get(2)), isTrue(row.get(3)), new ArrayList<>()));
            row.get(4).ifPresent(index.columns()::add);
        }
        List<List<String>> keys = indexes.values().stream().filter(Index::isKey).map(Index::columns).toList();
        List<String> primary = indexes.values().stream().filter(Index::isPrimary).map(Index::columns).findFirst()
                .orElse(List.of());
        return new TableFacts(columns, keys, primary, indexes.values().stream().map(Index::columns).toList(),
                indexes.values().stream().anyMatch(index -> !index.isWhole()));
    }

    private static boolean isTrue(Optional<String> value) {
        return value.orElse("f").equals("t");
    }

    /** The first list of columns that is a key on both sides; of a table that is on one side only, there. */
    static List<String> commonKey(Both<TableFacts> facts) {
        if (facts.from() == NONE) {
            return facts.to().keys().isEmpty() ? List.of() : facts.to().keys().getFirst();
        }
        if (facts.to() == NONE) {
            return facts.from().keys().isEmpty() ? List.of() : facts.from().keys().getFirst();
        }
        return facts.to().keys().stream().filter(key -> facts.from().keys().stream().anyMatch(other ->
                other.equals(key) && key.stream().allMatch(name -> type(facts.from(), name) == type(facts.to(), name))))
                .findFirst().orElse(List.of());
    }

    private static int type(TableFacts facts, String column) {
        return facts.columns().stream().filter(one -> one.name().equals(column)).findFirst().orElseThrow().baseType();
    }

    Optional<Column> column(String name) {
        return columns.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** The columns of either side: those of the second, then those that only the first has. */
    static List<String> columnsOf(Both<TableFacts> facts) {
        Set<String> names = new LinkedHashSet<>();
        facts.to().columns().forEach(column -> names.add(column.name()));
        facts.from().columns().forEach(column -> names.add(column.name()));
        return List.copyOf(names);
    }
}
