package dev.neon.compute.history;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.revision.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Which history is meant, in git's words.
 * <pre>
 * range := revision                   its whole history, the ancestors' too
 *        | revision '..' revision     what the second has and the first has not
 *        | revision '..'              what HEAD has and the revision has not
 *        | '..' revision              what the revision has and HEAD has not
 * </pre>
 * Of several ranges, what any of them has, less what any leaves out.
 *
 * @param included history up to these points
 * @param excluded less the history up to these
 */
public record LogRange(List<Point> included, List<Point> excluded) {
    private static final String HEAD = "HEAD";

    public LogRange {
        included = List.copyOf(included);
        excluded = List.copyOf(excluded);
    }

    /**
     * Resolves what a user typed.
     *
     * @param points finds the point that a revision names
     * @param ranges none for HEAD
     * @throws InvalidInputException if one has not the form of a range, and what {@code points} throws
     */
    public static LogRange resolve(Function<String, Point> points, List<String> ranges) {
        List<Point> included = new ArrayList<>();
        List<Point> excluded = new ArrayList<>();
        for (String range : ranges.isEmpty() ? List.of(HEAD) : ranges) {
            int dots = dots(range);
            if (dots < 0) {
                included.add(points.apply(range));
                continue;
            }
            String from = range.substring(0, dots);
            String to = range.substring(dots + 2);
            if (to.startsWith(".") || from.isEmpty() && to.isEmpty()) {
                throw new InvalidInputException("invalid range '" + range + "'",
                        "A range is two revisions with two dots between, for example v1..main.");
            }
            excluded.add(points.apply(from.isEmpty() ? HEAD : from));
            included.add(points.apply(to.isEmpty() ? HEAD : to));
        }
        return new LogRange(included, excluded);
    }

    /** Where the two dots are, those in braces not counted; -1 if there are none. */
    private static int dots(String range) {
        int depth = 0;
        for (int i = 0; i + 1 < range.length(); i++) {
            switch (range.charAt(i)) {
                case '{' -> depth++;
                case '}' -> depth--;
                default -> {
                    if (depth == 0 && range.startsWith("..", i)) {
                        return i;
                    }
                }
            }
        }
        return -1;
    }
}
