package dev.neon.cli.command.diff;

import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Style;
import dev.neon.compute.difference.Column;
import dev.neon.compute.difference.RowSink;
import dev.neon.compute.difference.RowTotals;
import dev.neon.compute.difference.TableLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Rows for people.
 * <pre>
 * public.orders, by id
 * - id 3, name Carol, price 12.00
 * + id 5, name Eve, price 9.50
 * ~ id 2, name Bob: price 10.00 -> 11.50
 * 1 row deleted, 1 inserted, 1 changed
 * </pre>
 */
final class RowText implements RowSink {
    private static final int FLUSHED_AT = 64 << 10;
    private static final int LONGEST = 100;
    /** What needs no quotes to be told from what is around it. */
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_.:+/\\\\{}\\[\\]()@-]+");

    private final Output output;
    private final StringBuilder text = new StringBuilder();
    private boolean isFirst = true;
    private boolean isHeadShown;
    private TableLayout table = new TableLayout("", "", List.of(), List.of(), TableLayout.Place.BOTH, List.of(), List.of(), List.of());

    RowText(Output output) {
        this.output = output;
    }

    @Override
    public boolean wantsAll() {
        return false;
    }

    @Override
    public void begin(TableLayout layout) {
        table = layout;
        isHeadShown = false;
        if (layout.isDifferent()) {
            head();
        }
    }

    private void head() {
        if (isHeadShown) {
            return;
        }
        isHeadShown = true;
        if (!isFirst) {
            text.append('\n');
        }
        isFirst = false;
        String how = table.key().isEmpty() ? "by whole rows, as there is no key" : "by " + String.join(", ", table.key());
        text.append(output.paint(Style.BOLD, printable(table.qualifiedName()))).append(", ").append(how).append('\n');
        switch (table.place()) {
            case FROM_ONLY -> line(Style.RED, "- table, only at the first point");
            case TO_ONLY -> line(Style.GREEN, "+ table, only at the second point");
            case BOTH -> {
                columns(Style.RED, "- column ", table.dropped());
                columns(Style.GREEN, "+ column ", table.added());
                columns(Style.YELLOW, "~ column ", table.altered());
            }
        }
    }

    private void columns(Style style, String sign, List<String> names) {
        names.forEach(name -> line(style, sign + printable(name) + ' ' + column(name).type()));
    }

    private Column column(String name) {
        return table.columns().get(table.index(name));
    }

    private void line(Style style, String line) {
        text.append(output.paint(style, line)).append('\n');
    }

    @Override
    public void deleted(List<Optional<String>> row) {
        head();
        line(Style.RED, "- " + whole(row, table.added()));
        flush(FLUSHED_AT);
    }

    @Override
    public void inserted(List<Optional<String>> row) {
        head();
        line(Style.GREEN, "+ " + whole(row, table.dropped()));
        flush(FLUSHED_AT);
    }

    private String whole(List<Optional<String>> row, List<String> absent) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            String name = table.columns().get(i).name();
            if (!absent.contains(name)) {
                parts.add(printable(name) + ' ' + value(row.get(i)));
            }
        }
        return String.join(", ", parts);
    }

    @Override
    public void changed(List<Optional<String>> before, List<Optional<String>> after) {
        head();
        List<String> key = new ArrayList<>();
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            String name = table.columns().get(i).name();
            if (!before.get(i).equals(after.get(i))) {
                parts.add(printable(name) + ' ' + output.paint(Style.RED, table.added().contains(name) ? "(none)" : value(before.get(i)))
                        + " -> " + output.paint(Style.GREEN, table.dropped().contains(name) ? "(none)" : value(after.get(i))));
            } else if (table.key().contains(name)) {
                key.add(printable(name) + ' ' + value(before.get(i)));
            }
        }
        text.append(output.paint(Style.YELLOW, "~ " + String.join(", ", key))).append(": ")
                .append(String.join(", ", parts)).append('\n');
        flush(FLUSHED_AT);
    }

    @Override
    public void end(RowTotals totals) {
        if (isHeadShown) {
            List<String> parts = new ArrayList<>();
            add(parts, totals.deleted(), "deleted");
            add(parts, totals.inserted(), "inserted");
            add(parts, totals.changed(), "changed");
            text.append(parts.isEmpty() ? "no row differs" : String.join(", ", parts)).append('\n');
        }
        flush(0);
    }

    private static void add(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add((parts.isEmpty() ? Sizes.count(count, "row") : Long.toString(count)) + ' ' + what);
        }
    }

    /** The pager was left: there is no need to look for more. */
    static final class NobodyReads extends RuntimeException {
        private static final long serialVersionUID = 1;

        NobodyReads() {
            super("nobody reads any more", null, false, false);
        }
    }

    private void flush(int from) {
        if (text.length() >= from && !text.isEmpty() && !output.lines(text)) {
            throw new NobodyReads();
        }
    }

    static String value(Optional<String> value) {
        if (value.isEmpty()) {
            return "NULL";
        }
        String words = value.get();
        String suffix = "";
        if (words.length() > LONGEST) {
            int cut = words.offsetByCodePoints(0, Math.min(words.codePointCount(0, words.length()), LONGEST * 3 / 4));
            suffix = "... (" + words.codePointCount(0, words.length()) + " characters)";
            words = words.substring(0, cut);
        }
        if (PLAIN.matcher(words).matches() && !words.equalsIgnoreCase("null")) {
            return words + suffix;
        }
        return '\'' + printable(words.replace("'", "''").replace("\n", "\\n").replace("\t", "\\t")) + '\'' + suffix;
    }

    /** What would move the cursor is shown as U+FFFD. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
