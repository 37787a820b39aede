package dev.neon.compute.mustshow;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.process.ProgramRun;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a whole cluster says when it is asked: every row of every table of every database, catalogs and large objects
 * included, sequences, definitions as the server prints them, prepared transactions with their locks.
 *
 * @param parts by name; a table's rows as their number and a digest of them in an order that is the text's own
 */
record ClusterContents(Map<String, String> parts) {
    private static final String RELATIONS = "SELECT c.oid::regclass || ' ' || c.relkind::text || c.relpersistence::text FROM pg_class c"
            + " WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't'";
    private static final Map<String, String> DEFINITIONS = Map.of(
            "indexes", "SELECT pg_get_indexdef(indexrelid) FROM pg_index",
            "constraints", "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint",
            "views", "SELECT viewname || ' ' || definition FROM pg_views",
            "functions", "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE prokind <> 'a'",
            "triggers", "SELECT pg_get_triggerdef(oid) FROM pg_trigger",
            "prepared transactions", "SELECT p::text FROM pg_prepared_xacts p",
            "their locks", "SELECT concat_ws(' ', locktype, database, relation, transactionid, mode) FROM pg_locks"
                    + " WHERE pid IS NULL",
            "origins", "SELECT o::text FROM pg_replication_origin_status o");

    /** @param url of JDBC, up to the name of the database */
    static ClusterContents read(String url) throws SQLException {
        Map<String, String> parts = new TreeMap<>();
        List<String> databases;
        try (Connection connection = DriverManager.getConnection(url + "postgres", "postgres", "")) {
            databases = Amcheck.databases(connection);
        }
        for (String database : databases) {
            try (Connection connection = DriverManager.getConnection(url + database, "postgres", "")) {
                // The same names, whatever is on the path, and nothing is pruned.
                Ledger.strings(connection, "SET search_path = ''; SET default_transaction_read_only = on");
                read(connection, database, parts);
            }
        }
        return new ClusterContents(parts);
    }

    private static void read(Connection connection, String database, Map<String, String> parts) throws SQLException {
        for (String relation : Ledger.strings(connection, RELATIONS)) {
            int space = relation.lastIndexOf(' ');
            String row = relation.charAt(space + 1) == 'S' ? "concat_ws(' ', last_value, log_cnt, is_called)" : "r::text";
            parts.put(database + ": " + relation, Ledger.strings(connection, digest("SELECT " + row + " FROM ONLY "
                    + relation.substring(0, space) + " r")).getFirst());
        }
        for (Map.Entry<String, String> each : DEFINITIONS.entrySet()) {
            parts.put(database + ": " + each.getKey(), Ledger.strings(connection, digest(each.getValue())).getFirst());
        }
    }

    private static String digest(String query) {
        return "SELECT count(*) || ' ' || coalesce(md5(string_agg(line, E'\\n' ORDER BY line COLLATE pg_catalog.\"C\")), '')"
                + " FROM (" + query + ") AS lines (line)";
    }

    /** Only those parts whose name is wanted. */
    ClusterContents only(Predicate<String> wanted) {
        return new ClusterContents(parts.entrySet().stream().filter(part -> wanted.test(part.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new)));
    }

    /** A line for each part that differs. */
    List<String> differences(ClusterContents other) {
        Map<String, String> all = new TreeMap<>(other.parts);
        all.putAll(parts);
        List<String> differences = new ArrayList<>();
        for (String name : all.keySet()) {
            String here = parts.getOrDefault(name, "not there");
            String there = other.parts.getOrDefault(name, "not there");
            if (!here.equals(there)) {
                differences.add(name + ": " + here + " but " + there);
            }
        }
        return differences;
    }

    /** What pg_dumpall makes of the cluster, where the programs have it. */
    static Optional<List<String>> dump(PostgresBinaries postgres, String host, int port) {
        Optional<Path> program = postgres.find("pg_dumpall");
        return program.map(path -> ProgramRun.of(List.of(path.toString(), "-h", host, "-p", "" + port, "-U", "postgres",
                "--no-sync"), Duration.ofMinutes(5)).orThrow("The cluster cannot be dumped.").output().lines()
                // A key that is another in each dump (PostgreSQL 15.14 and its contemporaries, pg_dump.c restrict_key).
                .filter(line -> !line.startsWith("\\restrict ") && !line.startsWith("\\unrestrict ")).toList());
    }
}
