package dev.neon.compute.difference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps what it is told, by table, as lines. */
final class CollectedRows implements RowSink {
    private final Map<String, TableLayout> layouts = new LinkedHashMap<>();
    private final Map<String, List<String>> lines = new LinkedHashMap<>();
    private List<String> current = new ArrayList<>();

    @Override
    public void begin(TableLayout table) {
        layouts.put(table.name(), table);
        current = new ArrayList<>();
        lines.put(table.name(), current);
    }

    @Override
    public void deleted(List<Optional<String>> row) {
        current.add("- " + text(row));
    }

    @Override
    public void inserted(List<Optional<String>> row) {
        current.add("+ " + text(row));
    }

    @Override
    public void changed(List<Optional<String>> before, List<Optional<String>> after) {
        current.add("~ " + text(before) + " => " + text(after));
    }

    @Override
    public void end(RowTotals totals) {
        if (totals.deleted() + totals.inserted() + totals.changed() != current.size()) {
            throw new AssertionError(totals + " of " + current.size());
        }
    }

    static String text(List<Optional<String>> row) {
        return row.stream().map(value -> value.map(text -> '<' + text + '>').orElse("NULL")).toList().toString();
    }

    Map<String, TableLayout> layouts() {
        return layouts;
    }

    List<String> lines(String table) {
        return lines.getOrDefault(table, List.of()).stream().sorted().toList();
    }
}
