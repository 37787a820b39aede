package dev.neon.compute.history;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.revision.Point;
import dev.neon.repo.revision.RevisionResolver;
import java.util.ArrayList;
import java.util.List;

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
     * @param ranges none for HEAD
     * @throws InvalidInputException if one has not the form of a range, and as {@link RevisionResolver#resolve}
     */
    public static LogRange resolve(RevisionResolver resolver, List<String> ranges) {
        List<Point> included = new ArrayList<>();
        List<Point> excluded = new ArrayList<>();
        for (String range : ranges.isEmpty() ? List.of(HEAD) : ranges) {
            int dots = dots(range);
            if (dots < 0) {
                included.add(resolver.resolve(range));
                continue;
            }
            String from = range.substring(0, dots);
            String to = range.substring(dots + 2);
            if (to.startsWith(".") || from.isEmpty() && to.isEmpty()) {
                throw new InvalidInputException("invalid range '" + range + "'",
                        "A range is two revisions with two dots between, for example v1..main.");
            }
            excluded.add(resolver.resolve(from.isEmpty() ? HEAD : from));
            included.add(resolver.resolve(to.isEmpty() ? HEAD : to));
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
