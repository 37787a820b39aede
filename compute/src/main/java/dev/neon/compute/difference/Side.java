package dev.neon.compute.difference;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.PartitionedTable;
import dev.neon.catalog.PointCatalog;
import dev.neon.catalog.RelationKind;
import dev.neon.compute.difference.TablePair.Found;
import dev.neon.compute.pages.PointView;
import dev.neon.compute.pages.SingleUserServer;
import dev.neon.compute.workspace.Workspace;
import dev.neon.materialise.DataDirectoryPages;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.repo.revision.Point;
import dev.neon.slice.PageSource;
import dev.neon.snapshot.DataDirectoryFiles;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One of the two points that are compared, with its pages. Used by one thread at a time; to be closed.
 *
 * @param isFrom  whether it is the first of the two
 * @param catalog of the pages
 * @param layers  the same pages, if they come from the repository's layers and WAL
 * @param whole   else a data directory that has them
 */
record Side(boolean isFrom, Point point, PageSource pages, PointCatalog catalog, Optional<PointView> layers,
        Optional<Path> whole) implements AutoCloseable {
    /**
     * Opens a point.
     *
     * @throws UnsupportedException                        if there are only copies of running servers
     * @throws dev.neon.repo.error.UnsupportedWalException if the WAL has records of a form that is not known
     */
    static Side open(Workspace workspace, boolean isFrom, Point point) {
        PointView view = PointView.open(workspace, point);
        return new Side(isFrom, point, view.pages(), view.catalog(), Optional.of(view), Optional.empty());
    }

    /**
     * Opens a point; where its pages cannot be had, PostgreSQL makes a data directory of it.
     *
     * @param scratch where that is made
     * @param notes   is told of it, in words for people
     */
    static Side openOrWrite(Workspace workspace, boolean isFrom, Point point, Path scratch, Consumer<String> notes) {
        try {
            return open(workspace, isFrom, point);
        } catch (UnsupportedException | UnsupportedWalException noPages) {
            notes.accept("writing the whole cluster at " + point.lsn() + ": " + noPages.getMessage());
            return write(workspace, isFrom, point, scratch);
        }
    }

    private static Side write(Workspace workspace, boolean isFrom, Point point, Path scratch) {
        Path own = scratch.resolve(isFrom ? "whole-from" : "whole-to");
        workspace.repository().files().createDirectories(own);
        Path data = own.resolve("data");
        workspace.dataDirectories().export(point.timeline(), point.lsn(), data);
        // PostgreSQL replays what is to be replayed, and stops.
        SingleUserServer.start(workspace.postgres(), own, data, "postgres").close();
        PageSource pages = DataDirectoryPages.open(data, endOfCheckpoint(workspace, point, data));
        return new Side(isFrom, point, pages, new PointCatalog(pages), Optional.empty(), Optional.of(data));
    }

    private static Lsn endOfCheckpoint(Workspace workspace, Point point, Path data) {
        Lsn checkpoint = ControlFile.read(data.resolve(DataDirectoryFiles.CONTROL_FILE)).checkPointLsn();
        try (WalReader reader = WalReader.from(WalSource.of(workspace.wal().identity(point.timeline()),
                data.resolve(DataDirectoryFiles.WAL_DIRECTORY)), checkpoint)) {
            if (!reader.next()) {
                throw reader.endsBefore(checkpoint);
            }
            return reader.end();
        }
    }

    /**
     * Starts a server on what has the side's catalogs.
     *
     * @param write writes a data directory that does not exist; not asked if there is a whole one
     */
    SingleUserServer serve(Workspace workspace, Database database, Path scratch, Consumer<Path> write) {
        if (whole.isPresent()) {
            return SingleUserServer.start(workspace.postgres(), whole.get().getParent(), whole.get(), database.name());
        }
        Path own = scratch.resolve((isFrom ? "from-" : "to-") + Sql.oid(database.oid()));
        workspace.repository().files().createDirectories(own);
        write.accept(own.resolve("data"));
        return SingleUserServer.start(workspace.postgres(), own, own.resolve("data"), database.name());
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
        layers.ifPresent(PointView::close);
    }
}
