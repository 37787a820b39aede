package dev.neon.cli.command.page;

import dev.neon.cli.io.Output;
import dev.neon.cli.io.Table;
import dev.neon.cli.io.Table.Align;
import dev.neon.page.FieldValue;
import dev.neon.page.PageFields;
import dev.neon.page.PageFields.Field;
import dev.neon.pageview.PageView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A page for people. Columns without any value are left out, and numbers beside which words say the same; what is long
 * is cut. {@link PageJson} has all.
 */
final class PageText {
    private static final int LONGEST = 48;
    private static final List<String> SAID_IN_WORDS = List.of("lp_flags", "t_infomask", "t_infomask2", "combined_flags",
            "btpo_flags", "hasho_flag");

    private PageText() {}

    static void print(PageView view, Output output) {
        Table fields = new Table(Align.LEFT, Align.LEFT);
        add(view.header(), fields);
        add(view.contents().special(), fields);
        add(view.contents().meta(), fields);
        output.table(fields);
        List<PageFields> items = view.contents().items();
        if (!items.isEmpty()) {
            output.line("");
            output.table(table(items));
        }
    }

    private static void add(PageFields fields, Table table) {
        fields.all().stream().filter(field -> !SAID_IN_WORDS.contains(field.name()))
                .forEach(field -> table.row(field.name(), text(field.value())));
    }

    private static Table table(List<PageFields> items) {
        List<Integer> shown = new ArrayList<>();
        for (int i = 0; i < items.getFirst().all().size(); i++) {
            int column = i;
            if (!SAID_IN_WORDS.contains(items.getFirst().all().get(i).name())
                    && items.stream().anyMatch(item -> !item.all().get(column).value().toString().isEmpty())) {
                shown.add(i);
            }
        }
        Table table = new Table(shown.stream().map(column -> items.stream()
                .map(item -> item.all().get(column).value())
                .allMatch(value -> value instanceof FieldValue.Whole || value instanceof FieldValue.Missing)
                ? Align.RIGHT : Align.LEFT).toArray(Align[]::new));
        table.header(shown.stream().map(column ->
                items.getFirst().all().get(column).name().toUpperCase(Locale.ROOT)).toArray(String[]::new));
        for (PageFields item : items) {
            List<Field> fields = item.all();
            table.row(shown.stream().map(column -> text(fields.get(column).value())).toArray(String[]::new));
        }
        return table;
    }

    private static String text(FieldValue value) {
        String text = value.toString();
        return switch (value) {
            case FieldValue.Missing none -> "-";
            case FieldValue.Truth truth -> truth.value() ? "yes" : "no";
            case FieldValue.Whole number -> text;
            case FieldValue.Real number -> text;
            case FieldValue.Text word -> text.isEmpty() ? "-" : cut(text, "");
            // Flags are all to be seen; what there may be hundreds of are rows.
            case FieldValue.Listing list -> text.isEmpty() ? "-"
                    : text.startsWith("(") ? cut(text, " " + list.values().size() + " in all") : text.replace("HEAP_", "");
        };
    }

    private static String cut(String text, String rest) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…" + rest;
    }
}
