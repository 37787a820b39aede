package dev.neon.cli.command.log;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.RelationKind;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Style;
import dev.neon.compute.history.LogEntry;
import dev.neon.compute.history.RelationNames;
import dev.neon.walindex.RelationChanges;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What a transaction changed, as {@code git log --stat} shows files: records that refer to each relation, and of tables
 * the rows inserted, deleted and updated. Indexes and toast tables stand below their table.
 * <pre>
 *  public.accounts  | 12 +3 -1 ~8
 *    accounts_pkey  |  3
 * </pre>
 */
final class StatText {
    private final RelationNames names;
    private final BiFunction<Style, String, String> paint;

    StatText(RelationNames names, BiFunction<Style, String, String> paint) {
        this.names = names;
        this.paint = paint;
    }

    private record Line(String name, RelationChanges changes) {}

    List<String> of(LogEntry.Transaction entry) {
        List<RelationChanges> changes = entry.changes();
        List<Line> lines = lines(entry, changes);
        int width = lines.stream().mapToInt(line -> length(line.name())).max().orElse(0);
        int digits = lines.stream().mapToInt(line -> Long.toString(line.changes().records()).length()).max().orElse(0);
        List<String> text = new ArrayList<>();
        for (Line line : lines) {
            String count = Long.toString(line.changes().records());
            text.add(' ' + line.name() + " ".repeat(width - length(line.name())) + " | "
                    + " ".repeat(digits - count.length()) + count + rows(line.changes()));
        }
        text.add(summary(entry, changes));
        return text;
    }

    private static int length(String name) {
        return name.codePointCount(0, name.length());
    }

    private List<Line> lines(LogEntry.Transaction entry, List<RelationChanges> changes) {
        Map<String, List<Line>> byTable = new LinkedHashMap<>();
        for (RelationChanges change : changes) {
            Optional<CatalogRelation> relation = names.find(entry.timeline(), change.relation());
            String table = Touched.name(relation, change.relation());
            boolean isTable = relation.map(known -> known.owner().isEmpty()).orElse(true);
            List<Line> group = byTable.computeIfAbsent(table, name -> new ArrayList<>());
            if (isTable) {
                group.addFirst(new Line(table, change));
            } else {
                group.add(new Line("  " + part(relation.orElseThrow()), change));
            }
        }
        List<Line> lines = new ArrayList<>();
        byTable.forEach((table, group) -> {
            if (group.getFirst().name().startsWith(" ")) {
                // Nothing of the table itself: its name stands above all the same.
                lines.add(new Line(table, new RelationChanges(group.getFirst().changes().relation(), 0, 0, 0, 0, 0, 0)));
            }
            lines.addAll(group);
        });
        return lines;
    }

    private static String part(CatalogRelation relation) {
        return relation.kind() == RelationKind.TOAST_TABLE ? "(toast)" : relation.owner()
                .filter(owner -> owner.kind() == RelationKind.TOAST_TABLE).map(toast -> "(toast index)")
                .orElse(Touched.printable(relation.name()));
    }

    private String rows(RelationChanges changes) {
        return rows(Style.GREEN, " +", changes.inserted()) + rows(Style.RED, " -", changes.deleted())
                + rows(Style.YELLOW, " ~", changes.updated());
    }

    private String rows(Style style, String sign, long count) {
        return count == 0 ? "" : paint.apply(style, sign + count);
    }

    private static String summary(LogEntry.Transaction entry, List<RelationChanges> changes) {
        long inserted = changes.stream().mapToLong(RelationChanges::inserted).sum();
        long deleted = changes.stream().mapToLong(RelationChanges::deleted).sum();
        long updated = changes.stream().mapToLong(RelationChanges::updated).sum();
        long images = changes.stream().mapToLong(RelationChanges::images).sum();
        long imageBytes = changes.stream().mapToLong(RelationChanges::imageBytes).sum();
        StringBuilder text = new StringBuilder(" ").append(Sizes.count(changes.size(), "relation")).append(", ")
                .append(Sizes.count(entry.transaction().records(), "record"));
        if (inserted > 0) {
            text.append(", ").append(Sizes.count(inserted, "row")).append(" inserted(+)");
        }
        if (deleted > 0) {
            text.append(", ").append(Sizes.count(deleted, "row")).append(" deleted(-)");
        }
        if (updated > 0) {
            text.append(", ").append(Sizes.count(updated, "row")).append(" updated(~)");
        }
        if (images > 0) {
            text.append(", ").append(Sizes.count(images, "page image")).append(" of ").append(Sizes.bytes(imageBytes));
        }
        return text.toString();
    }
}
