package dev.neon.cli.command.hook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where git has what; all absolute.
 *
 * @param top       of the files
 * @param directory git's own for this work tree
 * @param common    what all work trees of the repository have in common; the same as {@code directory} for the first
 * @param hooks     where git looks for hooks, which {@code core.hooksPath} may have moved
 */
record WorkTree(Path top, Path directory, Path common, Path hooks) {
    /** What git keeps there while it goes through commits with a detached HEAD. */
    private static final List<String> ON_ITS_WAY = List.of("rebase-merge", "rebase-apply", "BISECT_LOG");

    /** Whether it was made by {@code git worktree add}: branches are switched there beside those of the first. */
    boolean isLinked() {
        return !directory.equals(common);
    }

    /** Whether a rebase or a bisection has not come to its end. */
    boolean isOnItsWay() {
        return ON_ITS_WAY.stream().map(directory::resolve).anyMatch(Files::exists);
    }

    /** Where something is below the top; empty if it is elsewhere. */
    Optional<Path> relative(Path path) {
        try {
            Path real = path.toRealPath();
            Path realTop = top.toRealPath();
            return real.startsWith(realTop) ? Optional.of(realTop.relativize(real)) : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
