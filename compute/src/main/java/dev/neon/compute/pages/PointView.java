package dev.neon.compute.pages;

import dev.neon.catalog.CatalogRelation;
import dev.neon.catalog.FileCatalog.Database;
import dev.neon.catalog.PartitionedTable;
import dev.neon.catalog.PointCatalog;
import dev.neon.catalog.TupleState;
import dev.neon.compute.workspace.Workspace;
import dev.neon.page.Page;
import dev.neon.page.PageChecksum;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.PostgresMajor;
import dev.neon.postgres.RelationPath;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.revision.Point;
import dev.neon.snapshot.PointPages;
import java.util.Optional;

/** A cluster at one point: its relations and their pages. To be closed; not for several threads. */
public final class PointView implements AutoCloseable {
    private final Workspace workspace;
    private final TimelineId timeline;
    private final HeldLease lease;
    private final PointPages pages;
    private Optional<PointCatalog> catalog = Optional.empty();

    private PointView(Workspace workspace, TimelineId timeline, Lsn lsn) {
        this.workspace = workspace;
        this.timeline = timeline;
        this.lease = workspace.repository().leases().holdForReading("a look at " + timeline + '@' + lsn,
                Lease.Span.ofPoint(timeline, lsn));
        try {
            this.pages = PointPages.at(workspace.snapshots(), workspace.wal(), timeline, lsn);
        } catch (RuntimeException failure) {
            lease.close();
            throw failure;
        }
    }

    /**
     * Opens a point; what it costs follows the WAL since the newest snapshot below it.
     *
     * @throws NotFoundException                           if there is no snapshot, or the WAL does not reach the point
     * @throws dev.neon.repo.error.CorruptFileException    if a snapshot or the WAL after it is damaged
     * @throws dev.neon.repo.error.UnsupportedWalException if the WAL has records of a form that is not known
     * @throws UnsupportedException                        if there are only copies of running servers
     */
    public static PointView open(Workspace workspace, Point point) {
        return new PointView(workspace, point.timeline(), point.lsn());
    }

    /** All pages. */
    public PointPages pages() {
        return pages;
    }

    public PostgresMajor major() {
        return pages.metadata().major();
    }

    public Lsn lsn() {
        return pages.metadata().lsn();
    }

    /** Its databases and relations. */
    public PointCatalog catalog() {
        PointCatalog read = catalog.orElseGet(() -> new PointCatalog(pages));
        catalog = Optional.of(read);
        return read;
    }

    /**
     * A fork that was found.
     *
     * @param relation as the catalogs have it; empty for files that no relation has at this point
     * @param path     of its first file below a data directory, without what names the fork
     */
    public record Found(ForkKey fork, Optional<CatalogRelation> relation, String path) {
        /** {@code 'public.t' (base/5/16384)}. */
        public String quoted() {
            return relation.map(known -> "'" + known.qualifiedName() + "' (" + path + ")").orElse("'" + path + "'");
        }
    }

    /**
     * Finds a fork of a relation.
     *
     * @param database whose names are meant
     * @param relation a name or a path, as {@link RelationPath#parse} takes it
     * @throws NotFoundException    if it does not exist at this point
     * @throws UnsupportedException for a free space map
     */
    public Found find(String database, String relation, ForkNumber fork) {
        if (fork == ForkNumber.FSM) {
            throw new UnsupportedException("free space maps are not kept",
                    "PostgreSQL makes them anew; what they say need not be true of any point.");
        }
        Optional<RelFileLocator> path = RelationPath.parse(relation);
        Optional<CatalogRelation> known = path.isPresent() ? catalog().find(path.get())
                : Optional.of(require(database, relation));
        RelFileLocator file = path.or(() -> known.map(CatalogRelation::file)).orElseThrow();
        Found found = new Found(new ForkKey(file, fork.ordinal()), known,
                RelationPath.of(major(), file, ForkNumber.MAIN));
        if (!pages.metadata().exists(found.fork())) {
            throw missing(found, fork);
        }
        return found;
    }

    private NotFoundException missing(Found found, ForkNumber fork) {
        boolean isUnlogged = fork == ForkNumber.MAIN
                && pages.metadata().exists(new ForkKey(found.fork().relation(), ForkNumber.INIT.ordinal()));
        String what = found.quoted() + (fork == ForkNumber.MAIN ? "" : " has no " + fork + " fork");
        if (isUnlogged) {
            return new NotFoundException(what + " is unlogged and has no history",
                    "A restart empties it. '--fork init' is what it begins with.");
        }
        return new NotFoundException(fork == ForkNumber.MAIN ? "no file " + what + " at " + lsn() : what + " at " + lsn(),
                "'neon relations' lists what there is at a point.");
    }

    /** @throws NotFoundException if the database or the relation is not there */
    public CatalogRelation require(String database, String name) {
        Database in = catalog().database(database);
        return catalog().find(in, name).orElseThrow(() -> absent(in, name));
    }

    private NotFoundException absent(Database database, String name) {
        String what = "relation '" + name + "' of database '" + database.name() + "'";
        Optional<CatalogRelation> unseen = catalog().unseen(database, name);
        if (unseen.isPresent()) {
            return new NotFoundException("no " + what + " at " + lsn(),
                    unseen.get().state() == TupleState.IN_PROGRESS
                            ? "The transaction that makes it had not committed by then."
                            : catalog().find(database, unseen.get().oid())
                                    .map(now -> "It was called '" + now.qualifiedName() + "' by then.")
                                    .orElse("It had been dropped by then."));
        }
        Optional<PartitionedTable> partitioned = catalog().partitioned(database, name);
        if (partitioned.isPresent()) {
            return new NotFoundException("no pages of '" + partitioned.get().qualifiedName() + "', which is partitioned",
                    catalog().partitions(database, partitioned.get()).stream().findFirst()
                            .map(part -> "Name one of its partitions, such as '" + part.qualifiedName() + "'.")
                            .orElse("It has no partition."));
        }
        Lsn end = workspace.wal().end(timeline);
        if (end.isAfter(lsn()) && isThere(end, database, name)) {
            return new NotFoundException(what + " did not exist yet at " + lsn(),
                    "It exists at " + end + ", the end of its timeline.");
        }
        return new NotFoundException("no " + what + " at " + lsn(), catalog().near(database, name)
                .orElse("'neon relations' lists what there is at a point. Views have no pages."));
    }

    private boolean isThere(Lsn later, Database database, String name) {
        try (PointPages there = PointPages.at(workspace.snapshots(), workspace.wal(), timeline, later)) {
            PointCatalog then = new PointCatalog(there);
            return then.databases().stream().anyMatch(one -> one.oid() == database.oid()
                    && then.find(one, name).isPresent());
        }
    }

    /** How many blocks a fork has, unsigned. */
    public int blocks(Found found) {
        return pages.metadata().blocks(found.fork());
    }

    /**
     * Reads a page, with the checksum that PostgreSQL gives it where the cluster has them.
     *
     * @param block unsigned
     * @throws NotFoundException if the fork has no such block
     */
    public Page read(Found found, int block) {
        Page page = Page.zero();
        if (!pages.read(found.fork(), block, page.bytes())) {
            String blocks = Integer.toUnsignedString(blocks(found));
            throw new NotFoundException("no block " + Integer.toUnsignedString(block) + " of " + found.quoted() + " at "
                    + lsn(), "It has " + blocks + (blocks.equals("1") ? " block" : " blocks") + " at that point.");
        }
        if (pages.metadata().identity().checksums() && !page.isNew()) {
            page.setChecksum(new PageChecksum().of(page.bytes(), 0, block));
        }
        return page;
    }

    @Override
    public void close() {
        try (lease) {
            pages.close();
        }
    }
}
