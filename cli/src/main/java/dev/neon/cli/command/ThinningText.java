package dev.neon.cli.command;

import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.io.Table;
import dev.neon.gc.TagThinning.Decision;
import dev.neon.gc.ThinnedTags.Series;
import java.util.List;

/** What becomes of tags that are thinned, and why, in restic's form. */
final class ThinningText {
    private ThinningText() {}

    static void print(Output output, List<Series> series, boolean isDryRun) {
        for (Series each : series) {
            List<Decision> kept = each.decisions().stream().filter(Decision::isKept).toList();
            List<Decision> deleted = each.decisions().stream().filter(decision -> !decision.isKept()).toList();
            output.line("keep " + Sizes.count(kept.size(), "tag") + ":");
            Table table = new Table(Table.Align.LEFT, Table.Align.LEFT);
            kept.forEach(decision -> table.row("  " + name(decision), String.join(", ", decision.reasons())));
            output.table(table);
            if (!deleted.isEmpty()) {
                output.line((isDryRun ? "would delete " : "deleted ") + Sizes.count(deleted.size(), "tag") + ":");
                deleted.forEach(decision -> output.line("  " + name(decision)));
            }
        }
    }

    static void json(Output output, List<Series> series) {
        output.json(out -> out.array(series, each -> out.object(() -> {
            out.put("series", each.name());
            out.putArray("tags", each.decisions(), decision -> out.object(() -> out.put("name", name(decision))
                    .put("kept", decision.isKept()).put("reasons", String.join(", ", decision.reasons()))));
        })));
    }

    private static String name(Decision decision) {
        return decision.tag().tag().shortName();
    }
}
