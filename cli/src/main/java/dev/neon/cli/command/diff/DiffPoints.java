package dev.neon.cli.command.diff;

import dev.neon.cli.framework.UsageException;
import dev.neon.cli.io.Output;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.compute.pages.PointView;
import dev.neon.compute.checkout.HeadState;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.revision.NearNames;
import dev.neon.repo.revision.Point;
import dev.neon.repo.revision.RevisionRange;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which two points are meant. */
final class DiffPoints {
    private static final String HEAD = "HEAD";

    private DiffPoints() {}

    /**
     * The two revisions of what was typed.
     *
     * @param first a revision, or a range
     */
    static List<String> of(Workspace workspace, Optional<String> first, Optional<String> second) {
        if (first.isEmpty()) {
            return untold(workspace);
        }
        RevisionRange range = RevisionRange.parse(first.get());
        if (range.from().isEmpty()) {
            return List.of(first.get(), second.orElse(HEAD));
        }
        if (second.isPresent()) {
            throw new UsageException("'" + first.get() + "' names both points already", "Leave '" + second.get()
                    + "' out, or put it after '--' if it is a table.");
        }
        return List.of(range.from().get(), range.to());
    }

    /** What is compared when nothing is named: HEAD with the branch that it is to be committed to, as far as that was then. */
    private static List<String> untold(Workspace workspace) {
        Optional<HeadState.Work> work = HeadState.read(workspace).work();
        return List.of(work.map(DiffPoints::base).orElse(HEAD + '^'), HEAD);
    }

    private static String base(HeadState.Work work) {
        boolean isAtBranch = work.branch().isPresent() && work.tip().isPresent() && !work.hasMoved();
        return isAtBranch ? work.branch().get().shortName() : work.base().timeline() + "@" + work.base().lsn();
    }

    static Point resolve(Workspace workspace, Output output, String revision) {
        try {
            return Workspaces.point(workspace, output, revision);
        } catch (NotFoundException absent) {
            if (revision.equals(HEAD + '^') && workspace.branches().head().isPresent()) {
                throw new NotFoundException(absent.getMessage(), "Name a point: 'neon diff v1', or 'neon diff \"HEAD@{1 hour ago}\"'.");
            }
            throw absent;
        }
    }

    /** The databases of either point. */
    static Set<String> databases(Workspace workspace, Point from, Point to) {
        Set<String> names = new TreeSet<>();
        for (Point point : List.of(from, to)) {
            try (PointView view = PointView.open(workspace, point)) {
                names.addAll(view.catalog().databases().stream().map(Database::name).collect(Collectors.toSet()));
            }
        }
        return names;
    }

    /** @throws NotFoundException if a database is at neither point */
    static void requireDatabase(Workspace workspace, Point from, Point to, String name) {
        Set<String> known = databases(workspace, from, to);
        if (!known.contains(name)) {
            throw new NotFoundException("no database '" + name + "', at either point",
                    NearNames.hint(name, known).orElse("'neon relations' lists what there is at a point."));
        }
    }
}
