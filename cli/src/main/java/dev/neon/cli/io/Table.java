package dev.neon.cli.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/** Rows whose columns are aligned; two spaces stand between columns and none at the end of a line. */
public final class Table {
    /** Which side of a column its cells keep to. */
    public enum Align { LEFT, RIGHT }

    /** A piece of text and how it looks. */
    public record Cell(String text, Style style) {
        public static Cell of(String text) {
            return new Cell(text, Style.PLAIN);
        }
    }

    private final List<Align> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    public Table(Align... columns) {
        this.columns = List.of(columns);
    }

    /** Adds titles as the next row. */
    public Table header(String... titles) {
        return row(Arrays.stream(titles).map(title -> new Cell(title, Style.FAINT)).toArray(Cell[]::new));
    }

    /** Adds a row of plain text. */
    public Table row(String... cells) {
        return row(Arrays.stream(cells).map(Cell::of).toArray(Cell[]::new));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if it has another number of cells than the table has columns
     */
    public Table row(Cell... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    List<String> render(BiFunction<Style, String, String> paint) {
        int[] widths = new int[columns.size()];
        for (List<Cell> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i).text()));
            }
        }
        return rows.stream().map(row -> line(row, widths, paint)).toList();
    }

    private String line(List<Cell> row, int[] widths, BiFunction<Style, String, String> paint) {
        StringBuilder line = new StringBuilder();
        int pending = 0;
        for (int i = 0; i < widths.length; i++) {
            Cell cell = row.get(i);
            int padding = widths[i] - width(cell.text());
            boolean right = columns.get(i) == Align.RIGHT;
            if (!cell.text().isEmpty()) {
                line.repeat(' ', pending + (right ? padding : 0)).append(paint.apply(cell.style(), cell.text()));
                pending = right ? 0 : padding;
            } else {
                pending += padding;
            }
            pending += 2;
        }
        return line.toString();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
