package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.PartitionedTable;
import dev.neon.catalog.PointCatalog;
import dev.neon.catalog.RelationKind;
import dev.neon.compute.difference.TablePair.Found;
import dev.neon.compute.pages.PointView;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.revision.Point;
import dev.neon.slice.PageSource;
import java.util.List;
import java.util.Optional;

/**
 * One of the two points that are compared, with its pages. Used by one thread at a time; to be closed.
 *
 * @param isFrom whether it is the first of the two
 */
record Side(boolean isFrom, Point point, PointView view) implements AutoCloseable {
    static Side open(Workspace workspace, boolean isFrom, Point point) {
        return new Side(isFrom, point, PointView.open(workspace, point));
    }

    PageSource pages() {
        return view.pages();
    }

    PointCatalog catalog() {
        return view.catalog();
    }

    /** The database of a name, if it is there at the point. */
    Optional<Database> database(String name) {
        return catalog().databases().stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** The table of a name that is written in full. */
    Optional<Found> table(String database, String schema, String name) {
        return database(database).flatMap(in -> {
            String qualified = schema + '.' + name;
            Optional<PartitionedTable> partitioned = catalog().partitioned(in).stream()
                    .filter(table -> table.qualifiedName().equals(qualified)).findFirst();
            if (partitioned.isPresent()) {
                return Optional.of(new Found(partitioned.get().oid(), true,
                        catalog().partitions(in, partitioned.get())));
            }
            return catalog().relations(in).stream().map(sized -> sized.relation())
                    .filter(relation -> relation.qualifiedName().equals(qualified) && isTable(relation))
                    .findFirst().map(relation -> new Found(relation.oid(), false, List.of(relation)));
        });
    }

    static boolean isTable(CatalogRelation relation) {
        return relation.kind() == RelationKind.TABLE || relation.kind() == RelationKind.MATERIALIZED_VIEW;
    }

    @Override
    public void close() {
        view.close();
    }
}
