package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.CatalogRows;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.compute.pages.PointView;
import dev.neon.compute.workspace.Workspace;
import dev.neon.difference.RelationChange;
import dev.neon.difference.WalChanges;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.revision.Point;
import dev.neon.wal.WalSource;
import dev.neon.walindex.WalIndex;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Tells which blocks of a table can differ between two sides, where that can be told; docs/diff.md has the reasons. */
final class BlockChoice {
    /** {@code regproc}, {@code regprocedure} to {@code regtype}, and the others whose text is the name of something. */
    private static final Set<Integer> NAMING_TYPES =
            Set.of(24, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191);

    private final Workspace workspace;
    private final Both<Side> sides;
    private final Both<Database> databases;

    BlockChoice(Workspace workspace, Both<Side> sides, Both<Database> databases) {
        this.workspace = workspace;
        this.sides = sides;
        this.databases = databases;
    }

    /** The blocks by the file of a table; tables that are not in it have to be read in full. */
    Map<RelFileLocator, BitSet> of(List<TablePair> pairs) {
        Optional<Point> common = CommonPoint.of(workspace.repository(), sides.from().point(), sides.to().point());
        Map<RelFileLocator, BitSet> chosen = new HashMap<>();
        if (common.isEmpty() || sides.from().layers().isEmpty() || sides.to().layers().isEmpty() || !hasSameLabels()) {
            return chosen;
        }
        for (TablePair pair : pairs) {
            if (pair.from().isPresent() && pair.to().isPresent()) {
                for (CatalogRelation table : pair.from().get().leaves()) {
                    if (pair.to().get().leaves().stream().anyMatch(other -> isSame(table, other))) {
                        chosen.put(table.file(), new BitSet());
                    }
                }
            }
        }
        if (chosen.isEmpty()) {
            return chosen;
        }
        try (PointView base = PointView.open(workspace, common.get())) {
            Both<Boolean> known = Both.of(sides, side -> add(side, base, common.get().lsn(), chosen));
            if (!known.from() || !known.to()) {
                chosen.clear();
            }
        }
        return chosen;
    }

    /**
     * Adds the blocks that changed on one side.
     *
     * @return whether they are all known
     */
    private boolean add(Side side, PointView base, Lsn common, Map<RelFileLocator, BitSet> chosen) {
        Point point = side.point();
        if (!workspace.wal().isThere(point.timeline(), common, point.lsn())) {
            return new LayerBlocks(side.pages(), base.pages()).add(chosen);
        }
        WalChanges changes = changes(workspace, point, common, base.pages().metadata().counters().nextXid());
        Map<RelFileLocator, RelationChange> byRelation = changes.byRelation();
        chosen.forEach((file, blocks) -> {
            if (byRelation.containsKey(file)) {
                // Both sides add to the same set.
                synchronized (blocks) {
                    blocks.or(byRelation.get(file).mainBlocks());
                }
            }
        });
        return changes.isWhole();
    }

    static WalChanges changes(Workspace workspace, Point point, Lsn common, long nextXid) {
        WalSource source = workspace.wal().source(point.timeline());
        return WalChanges.between(source, common, point.lsn(), nextXid,
                () -> WalIndex.open(workspace.repository(), point.timeline(), source, point.lsn()));
    }

    /** Whether the same bytes of a tuple mean the same row. */
    private boolean isSame(CatalogRelation table, CatalogRelation other) {
        if (!table.file().equals(other.file()) || table.oid() != other.oid()) {
            return false;
        }
        int oid = table.oid();
        Both<Set<String>> columns = rows(CatalogRows.PG_ATTRIBUTE, Integer.BYTES, row -> row.i32(0) == oid);
        Both<Set<String>> expressions = rows(CatalogRows.PG_ATTRDEF, 2 * Integer.BYTES, row -> row.i32(4) == oid);
        Both<Set<String>> names = rows(CatalogRows.PG_ATTRIBUTE, CatalogRows.ATTTYPID + Integer.BYTES,
                row -> row.i32(0) == oid && NAMING_TYPES.contains(row.i32(CatalogRows.ATTTYPID)));
        return columns.from().equals(columns.to()) && expressions.from().equals(expressions.to()) && names.to().isEmpty();
    }

    private Both<Set<String>> rows(int catalog, int bytes, Predicate<CatalogRows.Row> which) {
        return new Both<>(sides.from().catalog().rows(databases.from(), catalog, bytes, which),
                sides.to().catalog().rows(databases.to(), catalog, bytes, which));
    }

    /** Whether labels of enums that are on both sides have the same names there. */
    private boolean hasSameLabels() {
        Map<Integer, String> before = labels(sides.from(), databases.from());
        Map<Integer, String> after = labels(sides.to(), databases.to());
        return before.entrySet().stream().allMatch(label ->
                after.getOrDefault(label.getKey(), label.getValue()).equals(label.getValue()));
    }

    private static Map<Integer, String> labels(Side side, Database database) {
        Map<Integer, String> labels = new TreeMap<>();
        side.catalog().rows(database, CatalogRows.PG_ENUM, CatalogRows.ENUMLABEL + 64, row -> {
            labels.put(row.i32(0), row.name(CatalogRows.ENUMLABEL));
            return false;
        });
        return labels;
    }
}
