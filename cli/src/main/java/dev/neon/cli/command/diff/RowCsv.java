package dev.neon.cli.command.diff;

import dev.neon.cli.io.Output;
import dev.neon.compute.difference.RowSink;
import dev.neon.compute.difference.RowTotals;
import dev.neon.compute.difference.TableLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows as CSV, as COPY writes it: a null is empty, an empty text is quoted. The first two columns are the table and {@code
 * deleted}, {@code inserted}, {@code before} or {@code after}. Each table begins with a line of names.
 */
final class RowCsv implements RowSink {
    private static final int FLUSHED_AT = 64 << 10;

    private final Output output;
    private final StringBuilder text = new StringBuilder();
    private String table = "";

    RowCsv(Output output) {
        this.output = output;
    }

    @Override
    public void begin(TableLayout layout) {
        table = layout.qualifiedName();
        List<Optional<String>> names = new ArrayList<>(List.of(Optional.of("table"), Optional.of("change")));
        layout.columns().forEach(column -> names.add(Optional.of(column.name())));
        line(names);
    }

    @Override
    public void deleted(List<Optional<String>> row) {
        line("deleted", row);
    }

    @Override
    public void inserted(List<Optional<String>> row) {
        line("inserted", row);
    }

    @Override
    public void changed(List<Optional<String>> before, List<Optional<String>> after) {
        line("before", before);
        line("after", after);
    }

    @Override
    public void end(RowTotals totals) {
        output.lines(text);
    }

    private void line(String change, List<Optional<String>> row) {
        List<Optional<String>> fields = new ArrayList<>(List.of(Optional.of(table), Optional.of(change)));
        fields.addAll(row);
        line(fields);
        if (text.length() > FLUSHED_AT) {
            output.lines(text);
        }
    }

    private void line(List<Optional<String>> fields) {
        for (int i = 0; i < fields.size(); i++) {
            text.append(i == 0 ? "" : ",").append(fields.get(i).map(RowCsv::field).orElse(""));
        }
        text.append('\n');
    }

    private static String field(String value) {
        boolean isQuoted = value.isEmpty() || value.equals("\\.")
                || value.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return isQuoted ? '"' + value.replace("\"", "\"\"") + '"' : value;
    }
}
