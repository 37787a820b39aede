package dev.neon.cli.command.page;

import dev.neon.cli.io.Json;
import dev.neon.compute.pages.PointView;
import dev.neon.page.FieldValue;
import dev.neon.page.PageFields;
import dev.neon.pageview.PageView;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.revision.Point;
import java.util.Optional;

/** A page as JSON. The fields and their order never change; new ones may be added. */
final class PageJson {
    private PageJson() {}

    static void put(Json out, Point point, PointView at, PointView.Found found, int block, PageView view) {
        out.object(() -> {
            head(out, point, at, found, block);
            out.put("kind", view.kind().word()).put("problem", view.problem())
                    .putObject("header", () -> put(out, view.header()))
                    .putObject("special", () -> put(out, view.contents().special()))
                    .putObject("meta", () -> put(out, view.contents().meta()))
                    .putArray("items", view.contents().items(), item -> out.object(() -> put(out, item)));
        });
    }

    /** Which page it is. */
    static void head(Json out, Point point, PointView at, PointView.Found found, int block) {
        out.put("relation", found.relation().map(known -> known.qualifiedName()))
                .put("database", found.relation().flatMap(known -> known.database())).put("path", found.path())
                .put("fork", ForkNumber.of(found.fork().fork()).orElseThrow().toString())
                .put("block", Integer.toUnsignedLong(block))
                .put("blocks", Integer.toUnsignedLong(at.blocks(found)))
                .put("timeline", point.timeline().hex()).put("lsn", point.lsn().toString());
    }

    private static void put(Json out, PageFields fields) {
        fields.all().forEach(field -> put(out, field.name(), field.value()));
    }

    private static void put(Json out, String name, FieldValue value) {
        switch (value) {
            case FieldValue.Whole number -> out.put(name, number.value());
            case FieldValue.Real number -> out.put(name, number.value());
            case FieldValue.Text text -> out.put(name, text.value());
            case FieldValue.Truth truth -> out.put(name, truth.value());
            case FieldValue.Missing none -> out.put(name, Optional.empty());
            case FieldValue.Listing list -> out.putArray(name, list.values(), element -> {
                if (element instanceof FieldValue.Whole number) {
                    out.value(number.value());
                } else {
                    out.value(element.toString());
                }
            });
        }
    }
}
