package dev.neon.compute.difference;

import dev.neon.compute.difference.SchemaChange.Line;
import dev.neon.compute.difference.SchemaChange.Sign;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.diff.Edit;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;

/** Compares lines as {@code git diff} does. */
final class SchemaLines {
    private static final int CONTEXT = 3;

    private SchemaLines() {}

    static List<Line> of(List<String> before, List<String> after) {
        List<Line> lines = new ArrayList<>();
        // The name stays in sight.
        int shown = 0;
        int at = 0;
        for (Edit edit : new HistogramDiff().diff(RawTextComparator.DEFAULT, text(before), text(after))) {
            int end = Math.min(edit.getBeginA(), at + (at == 0 ? 1 : CONTEXT));
            shown = same(before, at, end, lines);
            int from = Math.max(shown, edit.getBeginA() - CONTEXT);
            if (from > shown) {
                lines.add(new Line(Sign.GAP, ""));
            }
            same(before, from, edit.getBeginA(), lines);
            before.subList(edit.getBeginA(), edit.getEndA()).forEach(line -> lines.add(new Line(Sign.REMOVED, line)));
            after.subList(edit.getBeginB(), edit.getEndB()).forEach(line -> lines.add(new Line(Sign.ADDED, line)));
            at = edit.getEndA();
        }
        int end = same(before, at, Math.min(before.size(), at + CONTEXT), lines);
        if (end < before.size()) {
            lines.add(new Line(Sign.GAP, ""));
        }
        return lines;
    }

    private static int same(List<String> text, int from, int to, List<Line> lines) {
        for (int i = from; i < to; i++) {
            lines.add(new Line(Sign.SAME, text.get(i)));
        }
        return Math.max(from, to);
    }

    private static RawText text(List<String> lines) {
        return new RawText((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
