package dev.neon.compute.pages;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.PartitionedTable;
import dev.neon.catalog.PointCatalog;
import dev.neon.catalog.RelationKind;
import dev.neon.catalog.SizedRelation;
import dev.neon.compute.workspace.Workspace;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.error.UnsupportedWalException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.repository.ScratchDirectory;
import dev.neon.repo.revision.Point;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reads one table at a point. Its files and those of its database's catalogs are written into a throw-away data directory,
 * on which PostgreSQL runs {@code COPY}; so the cost follows those, not the cluster. Where pages cannot be had without a
 * server, because WAL has records of a form that is not known, the whole cluster is written.
 */
public final class TableExport {
    private static final int GLOBAL_TABLESPACE = 1664;
    /** Large objects are as large as people make them, and no table's. */
    private static final int PG_LARGEOBJECT = 2613;

    /** The form of what is written. */
    public enum Format {
        /** With a line of names. */
        CSV,
        /** That of {@code COPY}. */
        TEXT,
        /** {@code CREATE TABLE} and {@code COPY … FROM stdin}, for psql. */
        SQL
    }

    private final Workspace workspace;
    private final Consumer<String> notes;

    /** @param notes is told of what is not as usual, in words for people */
    public TableExport(Workspace workspace, Consumer<String> notes) {
        this.workspace = workspace;
        this.notes = notes;
    }

    /**
     * Writes a table.
     *
     * @param table its name, as {@link PointCatalog#find} takes it
     * @throws NotFoundException                           if it does not exist at the point
     * @throws InvalidInputException                       if it is an index or a toast table
     * @throws dev.neon.repo.error.PostgresFailedException if PostgreSQL cannot read it
     * @throws IOException                                 if {@code out} cannot be written to
     */
    public void export(Point point, String database, String table, Format format, OutputStream out)
            throws IOException {
        try (HeldLease _ = workspace.repository().leases().holdForReading("export of " + table,
                Lease.Span.ofPoint(point.timeline(), point.lsn()));
                ScratchDirectory scratch = ScratchDirectory.make(workspace.repository())) {
            Path data = scratch.path().resolve("data");
            Optional<Rows> found = writePart(point, database, table, data);
            if (found.isEmpty()) {
                workspace.dataDirectories().export(point.timeline(), point.lsn(), data);
            }
            new TableCopy(workspace.postgres(), scratch.path(), data)
                    .run(database, found.orElse(Rows.named(table)), format, out);
        }
    }

    /** Writes what is needed to read the table; empty if the pages cannot be had. */
    Optional<Rows> writePart(Point point, String database, String table, Path data) {
        try (PointView view = PointView.open(workspace, point)) {
            Database in = view.catalog().database(database);
            Optional<PartitionedTable> partitioned = view.catalog().find(in, table).isPresent() ? Optional.empty()
                    : view.catalog().partitioned(in, table);
            Set<Integer> tables = new HashSet<>();
            Rows rows;
            if (partitioned.isPresent()) {
                view.catalog().partitions(in, partitioned.get()).forEach(part -> tables.add(checked(view, part).oid()));
                rows = new Rows(partitioned.get().schema(), partitioned.get().name(), Rows.Way.QUERY);
            } else {
                CatalogRelation relation = checked(view, view.require(database, table));
                tables.add(relation.oid());
                rows = new Rows(relation.schema(), relation.name(),
                        relation.kind() == RelationKind.TABLE ? Rows.Way.TABLE : Rows.Way.QUERY);
            }
            workspace.dataDirectories().exportPart(point.timeline(), view.pages(), files(view.catalog(), in, tables), data);
            return Optional.of(rows);
        } catch (UnsupportedWalException unknown) {
            return fallBack(unknown, data);
        } catch (UnsupportedException noPages) {
            return fallBack(noPages, data);
        }
    }

    private CatalogRelation checked(PointView view, CatalogRelation relation) {
        if (relation.kind() == RelationKind.INDEX || relation.kind() == RelationKind.TOAST_TABLE) {
            throw new InvalidInputException("'" + relation.qualifiedName() + "' is no table but "
                    + (relation.kind() == RelationKind.INDEX ? "an index" : "a toast table"),
                    "Name the table that it belongs to: '" + relation.table().qualifiedName() + "'.");
        }
        if (view.pages().metadata().exists(new ForkKey(relation.file(), ForkNumber.INIT.ordinal()))) {
            notes.accept("'" + relation.qualifiedName() + "' is unlogged: it has no history, and a restart empties it");
        }
        return relation;
    }

    private Optional<Rows> fallBack(NeonException reason, Path data) {
        notes.accept("writing the whole cluster instead of the table: " + reason.getMessage());
        workspace.repository().files().deleteTree(data);
        return Optional.empty();
    }

    /**
     * All forks that a server reads: catalogs, the tables, and their toast tables with the indexes by which toasted values
     * are found. No index of the tables themselves.
     *
     * @param tables by oid
     */
    private static Predicate<ForkKey> files(PointCatalog catalog, Database database, Set<Integer> tables) {
        Set<RelFileLocator> needed = new HashSet<>();
        for (SizedRelation sized : catalog.relations(database)) {
            CatalogRelation relation = sized.relation();
            boolean isSystem = sized.isSystem() && relation.table().oid() != PG_LARGEOBJECT;
            boolean isOfTables = tables.contains(relation.oid())
                    || tables.contains(relation.table().oid()) && isToast(relation);
            if (isSystem || isOfTables) {
                needed.add(relation.file());
            }
        }
        return fork -> fork.relation().tablespace() == 0 || fork.relation().tablespace() == GLOBAL_TABLESPACE
                || needed.contains(fork.relation());
    }

    private static boolean isToast(CatalogRelation relation) {
        return relation.kind() == RelationKind.TOAST_TABLE
                || relation.owner().filter(owner -> owner.kind() == RelationKind.TOAST_TABLE).isPresent();
    }
}
