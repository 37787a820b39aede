package dev.neon.catalog;

import dev.neon.catalog.FileCatalog.Database;
import dev.neon.postgres.ForkNumber;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.layer.ForkKey;
import dev.neon.repo.revision.NearNames;
import dev.neon.slice.PageSource;
import dev.neon.state.ClusterMetadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The databases and relations of a cluster at one LSN, as a transaction that begins there sees them, with their sizes.
 * Not for several threads.
 */
public final class PointCatalog {
    private static final Comparator<SizedRelation> ORDER =
            Comparator.comparing((SizedRelation sized) -> sized.relation().schema())
                    .thenComparing(sized -> sized.relation().name());
    /** Schemas that a name without one is looked for in, in this order; then in all others. */
    private static final List<String> SEARCHED = List.of("public", "pg_catalog");

    private final FileCatalog catalog;
    private final ClusterMetadata metadata;

    /** @param pages stay open as long as the catalog is used */
    public PointCatalog(PageSource pages) {
        this.catalog = FileCatalog.of(pages);
        this.metadata = pages.metadata();
    }

    /** By name. */
    public List<Database> databases() {
        return catalog.databases().stream().filter(database -> database.state() == TupleState.LIVE)
                .sorted(Comparator.comparing(Database::name)).toList();
    }

    /** @throws NotFoundException if there is none */
    public Database database(String name) {
        return databases().stream().filter(database -> database.name().equals(name)).findFirst()
                .orElseThrow(() -> new NotFoundException("no database '" + name + "' at " + metadata.lsn(),
                        NearNames.hint(name, databases().stream().map(Database::name).toList())
                                .orElse("'neon relations' lists what there is.")));
    }

    /** Bytes of all forks in the database's directories: of what is being made or was left over as well. */
    public long bytes(Database database) {
        return metadata.forks().stream().filter(fork -> fork.relation().database() == database.oid())
                .mapToLong(fork -> bytes(metadata.blocks(fork))).sum();
    }

    /** The relations of a database that have files, by schema and name; shared ones not. */
    public List<SizedRelation> relations(Database database) {
        return sized(live(database, relation -> true));
    }

    /** The relations that all databases share, by name. */
    public List<SizedRelation> shared() {
        Map<RelFileLocator, CatalogRelation> found = new LinkedHashMap<>();
        databases().stream().flatMap(database -> catalog.contents(database.oid()).relations().stream())
                .filter(relation -> relation.file().database() == 0 && relation.state() == TupleState.LIVE)
                .forEach(relation -> found.putIfAbsent(relation.file(), relation));
        return sized(List.copyOf(found.values()));
    }

    private List<CatalogRelation> live(Database database, Predicate<CatalogRelation> which) {
        return catalog.relations(database.oid()).stream()
                .filter(relation -> relation.state() == TupleState.LIVE && which.test(relation) && hasFiles(relation.file()))
                .toList();
    }

    /** Temporary relations have none: WAL says nothing of them. */
    private boolean hasFiles(RelFileLocator file) {
        return metadata.exists(new ForkKey(file, ForkNumber.MAIN.ordinal()))
                || metadata.exists(new ForkKey(file, ForkNumber.INIT.ordinal()));
    }

    private List<SizedRelation> sized(List<CatalogRelation> relations) {
        Map<Integer, Long> totals = new HashMap<>();
        for (CatalogRelation relation : relations) {
            long own = bytes(relation.file());
            for (Optional<CatalogRelation> one = Optional.of(relation); one.isPresent(); one = one.get().owner()) {
                totals.merge(one.get().oid(), own, Long::sum);
            }
        }
        List<SizedRelation> sized = new ArrayList<>();
        for (CatalogRelation relation : relations) {
            sized.add(new SizedRelation(relation, blocks(relation.file(), ForkNumber.MAIN),
                    blocks(relation.file(), ForkNumber.VISIBILITYMAP), blocks(relation.file(), ForkNumber.INIT),
                    isUnlogged(relation.file()), totals.get(relation.oid())));
        }
        sized.sort(ORDER);
        return sized;
    }

    private boolean isUnlogged(RelFileLocator file) {
        return metadata.exists(new ForkKey(file, ForkNumber.INIT.ordinal()));
    }

    private long blocks(RelFileLocator file, ForkNumber fork) {
        return Integer.toUnsignedLong(metadata.blocks(new ForkKey(file, fork.ordinal())));
    }

    private long bytes(RelFileLocator file) {
        long blocks = 0;
        for (ForkNumber fork : ForkNumber.values()) {
            blocks += blocks(file, fork);
        }
        return blocks * HeapFile.PAGE_SIZE;
    }

    private static long bytes(int blocks) {
        return Integer.toUnsignedLong(blocks) * HeapFile.PAGE_SIZE;
    }

    /**
     * The relation of a name: {@code schema.name}, or a name alone, which is looked for in {@code public}, in {@code
     * pg_catalog}, and then everywhere if it is unique.
     */
    public Optional<CatalogRelation> find(Database database, String name) {
        List<CatalogRelation> named = new ArrayList<>(live(database, relation ->
                relation.qualifiedName().equals(name) || relation.name().equals(name)));
        shared().stream().map(SizedRelation::relation).filter(relation ->
                relation.qualifiedName().equals(name) || relation.name().equals(name)).forEach(named::add);
        Optional<CatalogRelation> exact =
                named.stream().filter(relation -> relation.qualifiedName().equals(name)).findFirst();
        for (int i = 0; i < SEARCHED.size() && exact.isEmpty(); i++) {
            String schema = SEARCHED.get(i);
            exact = named.stream().filter(relation -> relation.schema().equals(schema)).findFirst();
        }
        return exact.isPresent() || named.size() != 1 ? exact : Optional.of(named.getFirst());
    }

    /** The partitioned table of a name, {@code schema.name} or a name alone in {@code public}. */
    public Optional<PartitionedTable> partitioned(Database database, String name) {
        return catalog.contents(database.oid()).partitioned().stream().filter(table ->
                table.qualifiedName().equals(name) || table.qualifiedName().equals("public." + name)).findFirst();
    }

    /** The tables that a partitioned table consists of, at all levels. */
    public List<CatalogRelation> partitions(Database database, PartitionedTable table) {
        Map<Integer, Integer> parents = catalog.contents(database.oid()).parents();
        return live(database, relation -> {
            int oid = relation.oid();
            // Damaged catalogs might name a circle.
            for (int level = 0; level <= parents.size() && parents.containsKey(oid); level++) {
                oid = parents.get(oid);
                if (oid == table.oid()) {
                    return relation.kind() == RelationKind.TABLE;
                }
            }
            return false;
        });
    }

    /** The relation that has these files, if the catalogs of its database know it. */
    public Optional<CatalogRelation> find(RelFileLocator file) {
        return catalog.find(file).filter(relation -> relation.state() == TupleState.LIVE);
    }

    /** What a tuple says that no transaction sees any more, or none yet, of a relation of this name. */
    public Optional<CatalogRelation> unseen(Database database, String name) {
        return catalog.contents(database.oid()).relations().stream()
                .filter(known -> known.qualifiedName().equals(name) || known.qualifiedName().equals("public." + name))
                .filter(known -> known.state() == TupleState.IN_PROGRESS || known.state() == TupleState.DEAD)
                .min(Comparator.comparing(CatalogRelation::state));
    }

    /** The relation with an oid. */
    public Optional<CatalogRelation> find(Database database, int oid) {
        return live(database, relation -> relation.oid() == oid).stream().findFirst();
    }

    /**
     * The live rows of a catalog, byte by byte.
     *
     * @param oid   of the catalog
     * @param bytes that {@code which} looks at
     */
    public Set<String> rows(Database database, int oid, int bytes, Predicate<CatalogRows.Row> which) {
        return find(database, oid).map(catalogue -> catalog.rows(catalogue.file(), bytes, which)).orElse(Set.of());
    }

    /** Whether a partitioned table is a part of another one. */
    public boolean isPartition(Database database, PartitionedTable table) {
        return catalog.contents(database.oid()).parents().containsKey(table.oid());
    }

    /** The partitioned tables, in no particular order. */
    public List<PartitionedTable> partitioned(Database database) {
        return catalog.contents(database.oid()).partitioned();
    }

    /** A question that names what may have been meant. */
    public Optional<String> near(Database database, String name) {
        return NearNames.hint(name, live(database, relation -> true).stream()
                .map(relation -> name.indexOf('.') < 0 ? relation.name() : relation.qualifiedName()).toList());
    }
}
