package dev.neon.compute.difference;

import dev.neon.compute.difference.TableLayout.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The statements of a patch around those for a table's rows.
 *
 * @param before      what has to be there before rows are changed
 * @param afterDelete what comes when rows that go are gone
 * @param after       what comes last
 */
record PatchFrame(List<String> before, List<String> afterDelete, List<String> after) {
    /** A partition, at any level. */
    private record Partition(String name, String parent, String bound, Optional<String> key) {}

    static PatchFrame of(TableComparison.Entry entry, Both<SideServer> servers) {
        PatchFrame frame = new PatchFrame(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        TableLayout layout = entry.layout();
        String table = Sql.name(layout.schema(), layout.name());
        switch (layout.place()) {
            case FROM_ONLY -> frame.after.add("DROP TABLE " + table);
            case TO_ONLY -> frame.create(entry, table, servers.to());
            case BOTH -> frame.alter(entry, table, servers);
        }
        if (layout.place() != Place.FROM_ONLY) {
            frame.sequences(entry, table, servers);
        }
        return frame;
    }

    private void create(TableComparison.Entry entry, String table, SideServer server) {
        TablePair.Found found = entry.pair().to().orElseThrow();
        List<String> parts = new ArrayList<>();
        for (Column column : entry.facts().to().columns()) {
            parts.add(column.definition() + (column.isRequired() ? " NOT NULL" : ""));
        }
        if (!entry.facts().to().primaryKey().isEmpty()) {
            parts.add("PRIMARY KEY (" + Sql.identifiers(entry.facts().to().primaryKey()) + ")");
        }
        String by = found.isPartitioned() ? " PARTITION BY " + server.rows("pg_get_partkeydef(" + Sql.oid(found.oid()) + ")")
                .getFirst().getFirst().orElseThrow() : "";
        before.add("CREATE TABLE " + table + " (" + String.join(", ", parts) + ")" + by);
        partitions(server, found).values().forEach(part -> before.add(create(part)));
    }

    private static String create(Partition part) {
        return "CREATE TABLE " + part.name() + " PARTITION OF " + part.parent() + ' ' + part.bound()
                + part.key().map(key -> " PARTITION BY " + key).orElse("");
    }

    private void alter(TableComparison.Entry entry, String table, Both<SideServer> servers) {
        TableLayout layout = entry.layout();
        for (String name : layout.altered()) {
            Column column = entry.facts().to().column(name).orElseThrow();
            if (column.generated().isPresent() || entry.facts().from().column(name).orElseThrow().generated().isPresent()) {
                afterDelete.add("ALTER TABLE " + table + " DROP COLUMN " + Sql.identifier(name));
                afterDelete.add("ALTER TABLE " + table + " ADD COLUMN " + column.definition());
            } else {
                retype(table, column, entry.facts().from().column(name).orElseThrow());
            }
        }
        for (String name : layout.added()) {
            Column column = entry.facts().to().column(name).orElseThrow();
            before.add("ALTER TABLE " + table + " ADD COLUMN " + column.definition());
            if (column.isRequired()) {
                after.add("ALTER TABLE " + table + " ALTER COLUMN " + Sql.identifier(name) + " SET NOT NULL");
            }
        }
        for (String name : layout.dropped()) {
            after.add("ALTER TABLE " + table + " DROP COLUMN " + Sql.identifier(name));
        }
        alterPartitions(entry, servers);
    }

    private void retype(String table, Column column, Column old) {
        String name = Sql.identifier(column.name());
        if (!column.type().equals(old.type()) || !column.collation().equals(old.collation())) {
            afterDelete.add("ALTER TABLE " + table + " ALTER COLUMN " + name + " TYPE " + column.type()
                    + (column.collation().isEmpty() ? "" : ' ' + column.collation()) + " USING " + name + "::text::" + column.type());
        }
        if (!column.identity().equals(old.identity())) {
            if (!old.identity().isEmpty()) {
                after.add("ALTER TABLE " + table + " ALTER COLUMN " + name + " DROP IDENTITY");
            }
            if (!column.identity().isEmpty()) {
                after.add("ALTER TABLE " + table + " ALTER COLUMN " + name + " SET NOT NULL");
                after.add("ALTER TABLE " + table + " ALTER COLUMN " + name + " ADD GENERATED "
                        + (column.identity().equals("a") ? "ALWAYS" : "BY DEFAULT") + " AS IDENTITY");
            }
        }
    }

    private void alterPartitions(TableComparison.Entry entry, Both<SideServer> servers) {
        TablePair pair = entry.pair();
        if (!pair.from().orElseThrow().isPartitioned() || !pair.to().orElseThrow().isPartitioned()) {
            return;
        }
        Map<String, Partition> old = partitions(servers.from(), pair.from().get());
        Map<String, Partition> now = partitions(servers.to(), pair.to().get());
        List<Partition> gone = new ArrayList<>(old.values());
        gone.removeIf(part -> now.containsKey(part.name()));
        for (Partition part : gone.reversed()) {
            before.add(exists(servers.to(), part) ? "ALTER TABLE " + part.parent() + " DETACH PARTITION " + part.name()
                    : "DROP TABLE " + part.name());
        }
        for (Partition part : now.values()) {
            if (old.containsKey(part.name())) {
                continue;
            }
            boolean isThere = exists(servers.from(), part);
            if (isThere && fits(entry, part, servers.from())) {
                before.add("TRUNCATE " + part.name());
                before.add("ALTER TABLE " + part.parent() + " ATTACH PARTITION " + part.name() + ' ' + part.bound());
            } else {
                if (isThere) {
                    before.add("DROP TABLE " + part.name());
                }
                before.add(create(part));
            }
        }
    }

    /** Whether a table has the columns that the partitioned one has by then: its own on the first side, and those that come. */
    private static boolean fits(TableComparison.Entry entry, Partition part, SideServer server) {
        String oid = server.rows(Sql.literal(part.name()) + "::regclass::oid").getFirst().getFirst().orElseThrow();
        Set<Column> columns = new HashSet<>(entry.facts().from().columns());
        entry.layout().added().forEach(name -> entry.facts().to().column(name).ifPresent(columns::add));
        return part.key().isEmpty() && columns.equals(new HashSet<>(TableFacts.read(server, Integer.parseUnsignedInt(oid)).columns()));
    }

    private static boolean exists(SideServer server, Partition part) {
        return server.rows("to_regclass(" + Sql.literal(part.name()) + ") IS NOT NULL").getFirst().getFirst()
                .orElseThrow().equals("t");
    }

    /** By name, each below its parent. */
    private static Map<String, Partition> partitions(SideServer server, TablePair.Found table) {
        Map<String, Partition> parts = new LinkedHashMap<>();
        if (!table.isPartitioned()) {
            return parts;
        }
        for (List<Optional<String>> row : server.rows("""
                format('%%I.%%I', n.nspname, c.relname), format('%%I.%%I', pn.nspname, p.relname),
                pg_get_expr(c.relpartbound, c.oid), CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END
                FROM pg_partition_tree(%s) t JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_class p ON p.oid = t.parentrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
                WHERE level > 0 ORDER BY level, 1""".formatted(Sql.oid(table.oid())))) {
            String name = row.get(0).orElseThrow();
            parts.put(name, new Partition(name, row.get(1).orElseThrow(), row.get(2).orElseThrow(), row.get(3)));
        }
        return parts;
    }

    /** Those that belong to columns go on where the second side's are. */
    private void sequences(TableComparison.Entry entry, String table, Both<SideServer> servers) {
        for (List<Optional<String>> row : servers.to().rows("""
                format('%%I.%%I', nspname, relname), attname FROM pg_depend JOIN pg_class c ON c.oid = objid AND relkind = 'S'
                JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
                WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
                AND refobjid = %s ORDER BY 1""".formatted(Sql.oid(entry.pair().to().orElseThrow().oid())))) {
            String sequence = row.get(0).orElseThrow();
            List<Optional<String>> state = state(servers.to(), sequence);
            boolean isKnown = servers.from().rows("to_regclass(" + Sql.literal(sequence) + ") IS NOT NULL").getFirst()
                    .getFirst().orElseThrow().equals("t");
            if (!isKnown || !state.equals(state(servers.from(), sequence))) {
                after.add("SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(" + Sql.literal(table) + ", "
                        + Sql.literal(row.get(1).orElseThrow()) + "), " + state.get(0).orElseThrow() + ", "
                        + (state.get(1).orElseThrow().equals("t") ? "true" : "false") + ")");
            }
        }
    }

    private static List<Optional<String>> state(SideServer server, String sequence) {
        return server.rows("last_value, is_called FROM " + sequence).getFirst();
    }
}
