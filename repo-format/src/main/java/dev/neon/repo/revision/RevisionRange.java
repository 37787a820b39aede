package dev.neon.repo.revision;

import dev.neon.repo.error.InvalidInputException;
import java.util.Optional;

/**
 * What a user types to name a part of history, in git's words.
 * <pre>
 * range := revision                   its whole history, the ancestors' too
 *        | revision '..' revision     what the second has and the first has not
 *        | revision '..'              what HEAD has and the revision has not
 *        | '..' revision              what the revision has and HEAD has not
 * </pre>
 *
 * @param from what is left out; empty for a revision alone
 * @param to   what is meant
 */
public record RevisionRange(Optional<String> from, String to) {
    private static final String HEAD = "HEAD";
    private static final String DOTS = "..";

    /** @throws InvalidInputException if there are two dots and no revision, or three dots */
    public static RevisionRange parse(String text) {
        int dots = dots(text);
        if (dots < 0) {
            return new RevisionRange(Optional.empty(), text);
        }
        String left = text.substring(0, dots);
        String right = text.substring(dots + DOTS.length());
        if (right.startsWith(".") || left.isEmpty() && right.isEmpty()) {
            throw new InvalidInputException("invalid range '" + text + "'",
                    "A range is two revisions with two dots between, for example v1..main.");
        }
        return new RevisionRange(Optional.of(left.isEmpty() ? HEAD : left), right.isEmpty() ? HEAD : right);
    }

    /** Where the two dots are, those in braces not counted; -1 if there are none. */
    private static int dots(String range) {
        int dots = range.indexOf(DOTS);
        while (dots >= 0 && range.lastIndexOf('{', dots) > range.lastIndexOf('}', dots)) {
            dots = range.indexOf(DOTS, dots + 1);
        }
        return dots;
    }
}
