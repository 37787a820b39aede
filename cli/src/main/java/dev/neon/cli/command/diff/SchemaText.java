package dev.neon.cli.command.diff;

import dev.neon.cli.io.Json;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Style;
import dev.neon.compute.difference.SchemaChange;
import dev.neon.compute.difference.SchemaChange.Line;
import dev.neon.compute.difference.SchemaChange.Sign;
import java.util.List;
import java.util.Locale;

/**
 * A difference of schemas, object by object.
 * <pre>
 * altered table public.orders
 *   CREATE TABLE public.orders
 *       id integer NOT NULL
 * -     price numeric(10,2)
 * +     price numeric(12,2)
 * </pre>
 */
final class SchemaText {
    private SchemaText() {}

    static void print(List<SchemaChange> changes, Output output) {
        boolean isOne = changes.stream().map(SchemaChange::database).distinct().count() < 2;
        boolean isFirst = true;
        for (SchemaChange change : changes) {
            if (!isFirst) {
                output.line("");
            }
            isFirst = false;
            String head = word(change.state()) + ' ' + change.kind() + ' ' + change.name()
                    + (isOne || change.kind().equals("database") ? "" : " in database " + change.database());
            output.line(output.paint(Style.BOLD, RowText.printable(head)));
            change.lines().forEach(line -> output.line(text(line, output)));
        }
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String text(Line line, Output output) {
        return switch (line.sign()) {
            case REMOVED -> output.paint(Style.RED, "- " + RowText.printable(line.text()));
            case ADDED -> output.paint(Style.GREEN, "+ " + RowText.printable(line.text()));
            case SAME -> "  " + RowText.printable(line.text());
            case GAP -> output.paint(Style.CYAN, "  ...");
        };
    }

    static void put(Json out, List<SchemaChange> changes) {
        out.object(() -> out.putArray("changes", changes, change -> out.object(() -> out.put("database", change.database())
                .put("kind", change.kind()).put("name", change.name()).put("change", word(change.state()))
                .putArray("lines", change.lines().stream().filter(line -> line.sign() != Sign.GAP).toList(), line ->
                        out.object(() -> out.put("sign", word(line.sign())).put("text", line.text()))))));
    }
}
