package dev.neon.catalog;

import dev.neon.postgres.ControlFile;
import dev.neon.repo.RelFileLocator;
import dev.neon.slice.PageSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The catalogs of a cluster, from its files alone: a data directory, or a snapshot. Of a cleanly stopped server
 * it tells what that would tell. Under a running one, or after a crash, the files may be as old as the last checkpoint;
 * then a server knows better, and what is read here is still a good guess.
 *
 * <p>Each database is read when it is first asked for. Not for several threads.
 */
public final class FileCatalog implements CatalogNames {
    private static final int PG_DATABASE = 1262;
    private static final int GLOBAL_TABLESPACE = 1664;
    private static final int TEMPLATE1 = 1;

    private final CatalogSource source;
    private final CatalogColumns columns;
    private final RelationMap shared;
    private final CommitLog log;
    private final BestSaid<Integer, Database> databases = new BestSaid<>();
    private final Map<Integer, Loaded> relations = new TreeMap<>();

    private FileCatalog(CatalogSource source) {
        this.source = source;
        this.columns = CatalogColumns.of(source.major());
        this.shared = source.sharedMap();
        this.log = new CommitLog(source);
        readDatabases();
    }

    /**
     * Opens the catalogs in a data directory and reads the list of databases.
     *
     * @throws dev.neon.repo.error.CorruptFileException   if the control file or the relation map is damaged
     * @throws dev.neon.repo.error.StorageFailedException if a file cannot be read
     */
    public static FileCatalog of(Path dataDirectory) {
        return new FileCatalog(new DirectorySource(dataDirectory,
                ControlFile.readLive(dataDirectory.resolve("global/pg_control")).major()));
    }

    /** As {@link #of(Path)}, of pages that stay open as long as the catalog is used. */
    public static FileCatalog of(PageSource pages) {
        return new FileCatalog(new PagesSource(pages));
    }

    /**
     * A database.
     *
     * @param oid        unsigned
     * @param tablespace where its relations are if they name no other
     * @param state      of its tuple in {@code pg_database}
     */
    public record Database(int oid, String name, int tablespace, TupleState state) {}

    private void readDatabases() {
        int file = shared.file(PG_DATABASE).orElse(PG_DATABASE);
        new HeapFile(source, GLOBAL_TABLESPACE, 0, file, log).forEach(columns.databaseBytes(), tuple -> databases.put(tuple.i32(CatalogColumns.OID),
                new Database(tuple.i32(CatalogColumns.OID), tuple.name(CatalogColumns.NAME),
                        tuple.i32(columns.dattablespace()), tuple.state()), tuple.state()));
    }

    /** Every database that a tuple tells of, dropped ones too; in no particular order. */
    public List<Database> databases() {
        return databases.values();
    }

    /**
     * Every relation with files that some tuple of a database tells of, shared ones not; empty if the database has no
     * files here. Of several tuples with the same files the one that counts most.
     */
    public List<CatalogRelation> relations(int database) {
        return load(database).values().stream().filter(relation -> relation.file().database() != 0).toList();
    }

    /** The rows of a catalog, of at least so many bytes. */
    Set<String> rows(RelFileLocator file, int bytes, Predicate<CatalogRows.Row> which) {
        return CatalogRows.of(new HeapFile(source, file.tablespace(), file.database(), file.relation(), log), bytes, which);
    }

    /** All that the catalogs of a database say: of relations the shared ones and former names too. */
    DatabaseCatalog.Contents contents(int database) {
        return loaded(database).contents();
    }

    /** {@inheritDoc} With their owners. */
    @Override
    public Stream<CatalogRelation> relations() {
        return databases.values().stream().flatMap(database -> load(database.oid()).values().stream());
    }

    @Override
    public Optional<CatalogRelation> find(RelFileLocator file) {
        if (file.database() == 0) {
            // Every database has the rows of shared relations; template1 is always there, unless somebody dropped it.
            return load(TEMPLATE1).get(file).or(() -> databases.values().stream()
                    .flatMap(database -> load(database.oid()).get(file).stream()).findFirst());
        }
        return load(file.database()).get(file);
    }

    /**
     * A database that was read.
     *
     * @param byFile of those with the same files the one that counts most
     */
    private record Loaded(DatabaseCatalog.Contents contents, BestSaid<RelFileLocator, CatalogRelation> byFile) {}

    private BestSaid<RelFileLocator, CatalogRelation> load(int database) {
        return loaded(database).byFile();
    }

    private Loaded loaded(int database) {
        Loaded loaded = relations.get(database);
        if (loaded == null) {
            loaded = read(database);
            relations.put(database, loaded);
        }
        return loaded;
    }

    private Loaded read(int oid) {
        DatabaseCatalog.Contents contents = databases.get(oid)
                .flatMap(database -> source.map(database.tablespace(), oid)
                        .map(map -> new DatabaseCatalog(source, map, database, columns, shared, log).read()))
                .orElse(new DatabaseCatalog.Contents(List.of(), List.of(), Map.of()));
        BestSaid<RelFileLocator, CatalogRelation> found = new BestSaid<>();
        contents.relations().forEach(relation -> found.put(relation.file(), relation, relation.state()));
        return new Loaded(contents, found);
    }
}
