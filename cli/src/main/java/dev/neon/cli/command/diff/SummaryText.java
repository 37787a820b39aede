package dev.neon.cli.command.diff;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.RelationKind;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Style;
import dev.neon.compute.difference.ClusterDifference;
import dev.neon.compute.difference.DatabaseDifference;
import dev.neon.compute.difference.RelationDifference;
import dev.neon.compute.difference.RelationDifference.Happened;
import dev.neon.compute.difference.RelationDifference.State;
import dev.neon.compute.difference.TableLayout.Place;
import dev.neon.repo.revision.Point;
import dev.neon.rmgr.heap.RowCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What happened, as {@code git diff --stat} shows files.
 * <pre>
 * main@0/1A2B3C40 -> try@0/1B2C3D40, 412.0 kB of WAL
 *  public.items  | created +5
 *  public.orders | +120 -3 ~17
 * 2 tables, 125 rows inserted(+), 3 deleted(-), 17 updated(~)
 * </pre>
 * Where both points have left the common one, it shows what happened on each way.
 */
final class SummaryText {
    private final ClusterDifference difference;
    private final List<String> names;
    private final boolean isFull;
    /** Whether something happened only on the way to the first point: it is told the other way round then. */
    private final boolean isBackwards;
    private final boolean areBoth;

    /**
     * @param names  what the points were called
     * @param isFull whether all relations are shown, with blocks and bytes; else tables that differ
     */
    SummaryText(ClusterDifference difference, List<String> names, boolean isFull) {
        this.difference = difference;
        this.names = names;
        this.isFull = isFull;
        boolean isFromMoved = relations().anyMatch(one -> one.from().blocks() > 0);
        boolean isToMoved = relations().anyMatch(one -> one.to().blocks() > 0);
        this.areBoth = isFromMoved && isToMoved;
        this.isBackwards = isFromMoved && !isToMoved;
    }

    private Stream<RelationDifference> relations() {
        return difference.databases().stream().flatMap(database -> database.relations().stream());
    }

    /** The names of tables, sequences and materialized views that differ: {@code postgres.public.orders}. */
    static List<String> names(ClusterDifference difference) {
        return difference.databases().stream().flatMap(database -> database.relations().stream()
                .filter(SummaryText::isShown).map(relation -> database.name() + '.' + relation.relation().qualifiedName()))
                .distinct().toList();
    }

    private static boolean isShown(RelationDifference relation) {
        return relation.isDifferent() && relation.relation().owner().isEmpty();
    }

    void print(Output output) {
        output.line(head());
        boolean isOne = difference.databases().size() == 1 && difference.databases().getFirst().name().equals("postgres");
        for (DatabaseDifference database : difference.databases()) {
            List<RelationDifference> shown = database.relations().stream().filter(one -> isFull || isShown(one)).toList();
            if (shown.isEmpty() && database.place() == Place.BOTH && !database.catalogs()) {
                continue;
            }
            if (!isOne || database.place() != Place.BOTH) {
                output.line(output.paint(Style.BOLD, "database " + RowText.printable(database.name()))
                        + (database.place() == Place.FROM_ONLY ? " dropped" : database.place() == Place.TO_ONLY ? " created" : ""));
            }
            int width = shown.stream().mapToInt(one -> name(one).codePointCount(0, name(one).length())).max().orElse(0);
            shown.forEach(relation -> output.line(line(relation, width, output)));
            if (database.catalogs() && database.place() == Place.BOTH) {
                output.line(" schema changed, see 'neon diff --schema " + String.join(" ", names) + "'");
            }
        }
        if (difference.shared()) {
            output.line(" roles, databases or other shared objects changed");
        }
        output.line(total());
    }

    private String head() {
        StringBuilder text = new StringBuilder(point(names.get(0), difference.from())).append(" -> ")
                .append(point(names.get(1), difference.to()));
        if (difference.fromBytes() > 0 && difference.toBytes() > 0) {
            text.append(", apart since ").append(difference.common().lsn()).append(", ").append(Sizes.bytes(difference.fromBytes()))
                    .append(" and ").append(Sizes.bytes(difference.toBytes())).append(" of WAL");
        } else {
            text.append(", ").append(Sizes.bytes(difference.fromBytes() + difference.toBytes())).append(" of WAL")
                    .append(difference.fromBytes() > 0 ? " back" : "");
        }
        return text.toString();
    }

    private static String point(String name, Point point) {
        return name.contains(point.lsn().toString()) ? name : name + " (" + point.lsn() + ')';
    }

    private String name(RelationDifference relation) {
        CatalogRelation named = relation.relation();
        String name = named.owner().isEmpty() ? named.qualifiedName()
                : "  " + (named.kind() == RelationKind.TOAST_TABLE ? "(toast)"
                : named.owner().get().kind() == RelationKind.TOAST_TABLE ? "(toast index)" : named.name());
        return RowText.printable(name);
    }

    private String line(RelationDifference relation, int width, Output output) {
        String name = name(relation);
        List<String> parts = new ArrayList<>();
        word(relation, output).ifPresent(parts::add);
        relation.formerly().ifPresent(former -> parts.add("was " + RowText.printable(former)));
        if (areBoth) {
            side(names.get(0), relation.from(), output).ifPresent(parts::add);
            side(names.get(1), relation.to(), output).ifPresent(parts::add);
        } else {
            Happened happened = isBackwards ? relation.from() : relation.to();
            String text = (isFull && happened.blocks() > 0 ? blocks(happened) + ' ' : "") + rows(happened.rows(), output);
            if (!text.isBlank()) {
                parts.add(text.strip());
            }
        }
        if (parts.isEmpty()) {
            parts.add("changed");
        }
        return ' ' + name + " ".repeat(width - name.codePointCount(0, name.length())) + " | " + String.join(areBoth ? "; " : " ", parts);
    }

    private static Optional<String> word(RelationDifference relation, Output output) {
        return switch (relation.state()) {
            case CREATED -> Optional.of(output.paint(Style.GREEN, "created"));
            case DROPPED -> Optional.of(output.paint(Style.RED, "dropped"));
            case REWRITTEN -> Optional.of(output.paint(Style.YELLOW, "rewritten"));
            case SAME -> Optional.empty();
        };
    }

    private Optional<String> side(String name, Happened happened, Output output) {
        String text = (isFull && happened.blocks() > 0 ? blocks(happened) + ' ' : "") + rows(happened.rows(), output);
        return text.isBlank() ? Optional.empty() : Optional.of(name + ": " + text.strip());
    }

    private static String blocks(Happened happened) {
        return Sizes.count(happened.blocks(), "block") + ' ' + Sizes.bytes(happened.bytes());
    }

    private String rows(RowCount rows, Output output) {
        long inserted = isBackwards ? rows.deleted() : rows.inserted();
        long deleted = isBackwards ? rows.inserted() : rows.deleted();
        return rows(Style.GREEN, " +", inserted, output) + rows(Style.RED, " -", deleted, output)
                + rows(Style.YELLOW, " ~", rows.updated(), output);
    }

    private static String rows(Style style, String sign, long count, Output output) {
        return count == 0 ? "" : output.paint(style, sign + count);
    }

    private String total() {
        List<RelationDifference> tables = relations().filter(SummaryText::isShown).toList();
        RowCount rows = tables.stream().flatMap(one -> Stream.of(one.from().rows(), one.to().rows()))
                .reduce(RowCount.NONE, RowCount::plus);
        long created = tables.stream().filter(one -> one.state() == State.CREATED).count();
        long dropped = tables.stream().filter(one -> one.state() == State.DROPPED).count();
        StringBuilder text = new StringBuilder(tables.isEmpty() && !difference.isDifferent() ? "no difference"
                : Sizes.count(tables.size(), "relation"));
        append(text, created, " created");
        append(text, dropped, " dropped");
        append(text, isBackwards ? rows.deleted() : rows.inserted(), " inserted(+)", "row");
        append(text, isBackwards ? rows.inserted() : rows.deleted(), " deleted(-)", "row");
        append(text, rows.updated(), " updated(~)", "row");
        return text.toString();
    }

    private static void append(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append(", ").append(count).append(what);
        }
    }

    private static void append(StringBuilder text, long count, String what, String unit) {
        if (count > 0) {
            text.append(", ").append(Sizes.count(count, unit)).append(what);
        }
    }
}
