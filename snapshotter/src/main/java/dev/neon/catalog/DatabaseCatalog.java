package dev.neon.catalog;

import dev.neon.repo.RelFileLocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The relations of one database, as {@code pg_class}, {@code pg_namespace} and {@code pg_index} in its directory have
 * them; with all tuples that are still on their pages.
 */
final class DatabaseCatalog {
    static final int PG_CLASS = 1259;

    private static final int PG_NAMESPACE = 2615;
    private static final int PG_INDEX = 2610;
    private static final int PG_INHERITS = 2611;
    /** {@code RELKIND_PARTITIONED_TABLE}. */
    private static final char PARTITIONED = 'p';
    private static final int GLOBAL_TABLESPACE = 1664;

    private final CatalogSource source;
    private final RelationMap map;
    private final FileCatalog.Database database;
    private final CatalogColumns columns;
    private final RelationMap shared;
    private final CommitLog log;
    private final List<ClassTuple> classes = new ArrayList<>();
    private final BestSaid<Integer, String> schemas = new BestSaid<>();
    private final BestSaid<Integer, Integer> indexed = new BestSaid<>();
    private final BestSaid<Integer, Integer> toasted = new BestSaid<>();
    private final BestSaid<Integer, ClassTuple> byOid = new BestSaid<>();
    private final List<PartitionedTable> partitioned = new ArrayList<>();
    private final Map<Integer, Integer> parents = new HashMap<>();

    /**
     * @param source of the files
     * @param map    of the database
     * @param shared of the cluster
     */
    DatabaseCatalog(CatalogSource source, RelationMap map, FileCatalog.Database database, CatalogColumns columns, RelationMap shared,
            CommitLog log) {
        this.source = source;
        this.map = map;
        this.database = database;
        this.columns = columns;
        this.shared = shared;
        this.log = log;
    }

    /** What one tuple of pg_class says. */
    private record ClassTuple(int oid, String name, int schema, RelFileLocator file, RelationKind kind,
            TupleState state) {}

    /**
     * What the catalogs say.
     *
     * @param relations   every relation with files that some tuple tells of, oldest pages first; shared ones too
     * @param partitioned tables that have partitions in place of files
     * @param parents     what tables inherit from, by their oids; of partitions the table that they are parts of
     */
    record Contents(List<CatalogRelation> relations, List<PartitionedTable> partitioned, Map<Integer, Integer> parents) {}

    /** Reads the catalogs. */
    Contents read() {
        heap(map.file(PG_CLASS).orElse(PG_CLASS)).forEach(columns.classBytes(), this::takeClass);
        catalog(PG_NAMESPACE).forEach(CatalogColumns.NAMESPACE_BYTES, tuple -> schemas.put(
                tuple.i32(CatalogColumns.OID), tuple.name(CatalogColumns.NAME), tuple.state()));
        catalog(PG_INDEX).forEach(CatalogColumns.INDEX_BYTES, tuple -> indexed.put(
                tuple.i32(CatalogColumns.INDEXRELID), tuple.i32(CatalogColumns.INDRELID), tuple.state()));
        catalog(PG_INHERITS).forEach(CatalogColumns.INHERITS_BYTES, tuple -> {
            if (tuple.state() == TupleState.LIVE) {
                parents.put(tuple.i32(CatalogColumns.INHRELID), tuple.i32(CatalogColumns.INHPARENT));
            }
        });
        return new Contents(classes.stream().map(tuple -> relation(tuple, 0)).toList(),
                partitioned.stream().map(table -> table.in(schemas.get(table.schemaOid()).orElse(""))).toList(), parents);
    }

    private void takeClass(HeapTuple tuple) {
        int oid = tuple.i32(CatalogColumns.OID);
        TupleState state = tuple.state();
        int toast = tuple.i32(columns.reltoastrelid());
        if (toast != 0) {
            toasted.put(toast, oid, state);
        }
        char code = tuple.character(columns.relkind());
        if (code == PARTITIONED && state == TupleState.LIVE) {
            partitioned.add(new PartitionedTable(oid, tuple.i32(CatalogColumns.RELNAMESPACE), "",
                    tuple.name(CatalogColumns.NAME)));
        }
        Optional<RelationKind> kind = RelationKind.of(code);
        boolean isShared = tuple.bool(columns.relisshared());
        int number = tuple.i32(CatalogColumns.RELFILENODE);
        Optional<Integer> file = number != 0 ? Optional.of(number) : (isShared ? shared : map).file(oid);
        if (kind.isEmpty() || file.isEmpty()) {
            return;
        }
        int named = tuple.i32(CatalogColumns.RELTABLESPACE);
        RelFileLocator locator = isShared ? new RelFileLocator(GLOBAL_TABLESPACE, 0, file.get())
                : new RelFileLocator(named == 0 ? database.tablespace() : named, database.oid(), file.get());
        ClassTuple read = new ClassTuple(oid, tuple.name(CatalogColumns.NAME),
                tuple.i32(CatalogColumns.RELNAMESPACE), locator, kind.get(), state);
        classes.add(read);
        byOid.put(oid, read, state);
    }

    /** A catalog that is not mapped: pg_class tells its file. */
    private HeapFile catalog(int oid) {
        return heap(byOid.get(oid).map(tuple -> tuple.file().relation()).orElse(oid));
    }

    private HeapFile heap(int number) {
        return new HeapFile(source, database.tablespace(), database.oid(), number, log);
    }

    /** @param depth an index of a toast table of a table is the longest chain; damaged catalogs might name a circle */
    private CatalogRelation relation(ClassTuple tuple, int depth) {
        Optional<Integer> whose = switch (tuple.kind()) {
            case INDEX -> indexed.get(tuple.oid());
            case TOAST_TABLE -> toasted.get(tuple.oid());
            case TABLE, SEQUENCE, MATERIALIZED_VIEW -> Optional.empty();
        };
        Optional<CatalogRelation> owner = depth > 2 ? Optional.empty()
                : whose.flatMap(byOid::get).map(found -> relation(found, depth + 1));
        Optional<String> name = tuple.file().database() == 0 ? Optional.empty() : Optional.of(database.name());
        return new CatalogRelation(tuple.file(), tuple.oid(), name, schemas.get(tuple.schema()).orElse(""), tuple.name(), tuple.kind(), owner, tuple.state());
    }
}
