package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import dev.neon.repo.RelFileLocator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Compares the tables of two servers that have the same catalogs as their sides. */
final class TableComparison {
    private final Both<SideServer> servers;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<RelFileLocator, BitSet> blocks;

    /** A table with what its catalogs say. */
    record Entry(TablePair pair, Both<TableFacts> facts, TableLayout layout) {}

    /** @param blocks of tables that have some blocks only, by their files */
    TableComparison(Both<SideServer> servers, List<TablePair> pairs, Map<RelFileLocator, BitSet> blocks) {
        this.servers = servers;
        this.blocks = blocks;
        for (TablePair pair : pairs) {
            Both<TableFacts> facts = new Both<>(facts(servers.from(), pair.from()), facts(servers.to(), pair.to()));
            entries.add(new Entry(pair, facts, TableLayout.of(pair, facts)));
        }
    }

    private static TableFacts facts(SideServer server, Optional<TablePair.Found> table) {
        return table.map(found -> TableFacts.read(server, found.oid())).orElse(TableFacts.NONE);
    }

    Both<SideServer> servers() {
        return servers;
    }

    List<Entry> entries() {
        return entries;
    }

    /**
     * Compares all rows.
     *
     * @param sinks of a table
     * @return whether anything differs
     */
    boolean run(Function<Entry, RowSink> sinks) {
        servers.from().hideIndexes();
        servers.to().hideIndexes();
        boolean differs = false;
        for (Entry entry : entries) {
            RowSink sink = sinks.apply(entry);
            sink.begin(entry.layout());
            RowTotals totals = isSurelySame(entry.pair()) ? new RowTotals(0, 0, 0)
                    : RowComparison.run(stream(servers.from(), entry.pair().from(), entry.facts().from(), entry.layout()),
                            stream(servers.to(), entry.pair().to(), entry.facts().to(), entry.layout()), sink);
            sink.end(totals);
            differs |= entry.layout().isDifferent() || !totals.isNone();
        }
        return differs;
    }

    /** Whether no block of it changed. */
    private boolean isSurelySame(TablePair pair) {
        return isEmpty(pair.from()) && isEmpty(pair.to());
    }

    private boolean isEmpty(Optional<TablePair.Found> table) {
        return table.map(found -> found.leaves().stream().map(CatalogRelation::file)
                .allMatch(file -> blocks.containsKey(file) && blocks.get(file).isEmpty())).orElse(true);
    }

    private static Optional<RowStream> stream(SideServer server, Optional<TablePair.Found> table, TableFacts own,
            TableLayout layout) {
        return table.filter(found -> !found.leaves().isEmpty()).map(found ->
                RowStream.open(server, RowQuery.of(found, own, layout), layout.columns().size()));
    }
}
