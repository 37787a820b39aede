package dev.neon.cli.command.diff;

import dev.neon.cli.io.Json;
import dev.neon.compute.difference.RowSink;
import dev.neon.compute.difference.RowTotals;
import dev.neon.compute.difference.TableLayout;
import dev.neon.repo.revision.Point;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Rows as a JSON object, with an object for each table. Values are texts, as PostgreSQL prints them, or null. */
final class RowJson implements RowSink {
    private final Json json;
    private final Point from;
    private final Point to;
    private final String database;
    private boolean isBegun;
    private TableLayout table = new TableLayout("", "", List.of(), List.of(), TableLayout.Place.BOTH, List.of(), List.of(), List.of());

    RowJson(Json json, Point from, Point to, String database) {
        this.json = json;
        this.from = from;
        this.to = to;
        this.database = database;
    }

    /** Only now, so that a command that fails has printed nothing. */
    private void head() {
        if (!isBegun) {
            isBegun = true;
            json.begin().put("from", from.lsn().toString()).put("to", to.lsn().toString()).put("database", database)
                    .beginArray("tables");
        }
    }

    /** Ends the object. */
    void finish() {
        head();
        json.endArray().end();
    }

    @Override
    public void begin(TableLayout layout) {
        table = layout;
        head();
        json.begin().put("schema", layout.schema()).put("name", layout.name())
                .put("place", layout.place().name().toLowerCase(Locale.ROOT))
                .putArray("key", layout.key(), json::value)
                .putArray("columns", layout.columns(), column ->
                        json.object(() -> json.put("name", column.name()).put("type", column.type())))
                .putArray("addedColumns", layout.added(), json::value).putArray("droppedColumns", layout.dropped(), json::value)
                .putArray("alteredColumns", layout.altered(), json::value).beginArray("rows");
    }

    @Override
    public void deleted(List<Optional<String>> row) {
        json.object(() -> {
            json.put("change", "deleted");
            row("before", row);
        });
    }

    @Override
    public void inserted(List<Optional<String>> row) {
        json.object(() -> {
            json.put("change", "inserted");
            row("after", row);
        });
    }

    @Override
    public void changed(List<Optional<String>> before, List<Optional<String>> after) {
        json.object(() -> {
            json.put("change", "changed");
            row("before", before);
            row("after", after);
        });
    }

    private void row(String side, List<Optional<String>> row) {
        json.putObject(side, () -> {
            for (int i = 0; i < row.size(); i++) {
                json.put(table.columns().get(i).name(), row.get(i));
            }
        });
    }

    @Override
    public void end(RowTotals totals) {
        json.endArray().put("deleted", totals.deleted()).put("inserted", totals.inserted()).put("changed", totals.changed()).end();
    }
}
