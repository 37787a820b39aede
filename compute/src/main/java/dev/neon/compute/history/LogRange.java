package dev.neon.compute.history;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.revision.Point;
import dev.neon.repo.revision.RevisionRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Which history is meant: of several {@linkplain RevisionRange ranges} what any of them has, less what any leaves out.
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
            RevisionRange parsed = RevisionRange.parse(range);
            parsed.from().ifPresent(from -> excluded.add(points.apply(from)));
            included.add(points.apply(parsed.to()));
        }
        return new LogRange(included, excluded);
    }
}
