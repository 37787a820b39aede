package dev.neon.compute.pages;

import dev.neon.compute.instance.PostgresSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Has PostgreSQL write a table into files. */
final class TableCopy {
    /** {@code FirstNormalObjectId}. */
    private static final int FIRST_OF_USERS = 16384;

    private final PostgresSource postgres;
    private final Path scratch;
    private final Path dataDirectory;

    /**
     * @param scratch       where files are made; nobody else uses it
     * @param dataDirectory will be below it; a server that stopped or crashed at the point
     */
    TableCopy(PostgresSource postgres, Path scratch, Path dataDirectory) {
        this.postgres = postgres;
        this.scratch = scratch;
        this.dataDirectory = dataDirectory;
    }

    /** Writes rows. */
    void run(String database, Rows wanted, TableExport.Format format, OutputStream out) throws IOException {
        String relation = wanted.quoted();
        Path output = Files.createDirectory(scratch.resolve("output"));
        Path head = output.resolve("head");
        Path rows = output.resolve("rows");
        List<String> statements = new ArrayList<>();
        if (format == TableExport.Format.SQL) {
            // A line is a field that is never quoted.
            statements.add("COPY (" + head(relation, wanted.way()) + ") TO " + literal(head.toString())
                    + " (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')");
        }
        if (wanted.way() == Rows.Way.QUERY) {
            // So that the planner does not ask for their files (REL_17 plancat.c get_relation_info).
            statements.add("UPDATE pg_index SET indisvalid = false WHERE indrelid >= " + FIRST_OF_USERS
                    + " AND indrelid NOT IN (SELECT oid FROM pg_class WHERE relkind = 't')");
        }
        statements.add("COPY " + (wanted.way() == Rows.Way.TABLE ? relation : "(SELECT * FROM " + relation + ")") + " TO "
                + literal(rows.toString()) + (format == TableExport.Format.CSV ? " (FORMAT csv, HEADER)" : ""));
        serve(database, statements);
        if (format == TableExport.Format.SQL) {
            Files.copy(head, out);
        }
        Files.copy(rows, out);
        if (format == TableExport.Format.SQL) {
            out.write("\\.\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void serve(String database, List<String> statements) {
        try (SingleUserServer server = SingleUserServer.start(postgres, scratch, dataDirectory, database)) {
            statements.forEach(server::run);
        }
    }

    /** A query for the lines before the rows. {@code COPY} leaves generated columns out, a query has their values. */
    private static String head(String relation, Rows.Way way) {
        String generated = way == Rows.Way.TABLE ? "attgenerated" : "''";
        return """
                WITH r AS (SELECT %s::regclass AS oid), c AS (SELECT attnum, quote_ident(attname) AS name,
                        format_type(atttypid, atttypmod) AS type, attnotnull, %s AS gen, adbin, adrelid,
                        CASE WHEN attcollation <> typcollation THEN format(' COLLATE %%I.%%I', nspname, collname) ELSE ''
                        END AS sorted, attnum = max(attnum) OVER () AS islast
                    FROM r, pg_attribute a JOIN pg_type t ON t.oid = atttypid
                        LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
                        LEFT JOIN pg_collation l ON l.oid = attcollation LEFT JOIN pg_namespace n ON n.oid = collnamespace
                    WHERE attrelid = r.oid AND attnum > 0 AND NOT attisdropped)
                SELECT line FROM (
                    SELECT 0 AS part, 0 AS n, 'SET client_encoding = ' || quote_literal(getdatabaseencoding()) || ';' AS line
                    UNION ALL SELECT 1, 0, 'CREATE TABLE %s ('
                    UNION ALL SELECT 2, attnum, '    ' || name || ' ' || type || sorted
                        || CASE WHEN gen <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid) || ') '
                            || CASE WHEN gen = 's' THEN 'STORED' ELSE 'VIRTUAL' END ELSE '' END
                        || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END || CASE WHEN islast THEN '' ELSE ',' END FROM c
                    UNION ALL SELECT 3, 0, ');'
                    UNION ALL SELECT 4, 0, 'COPY %s (' || coalesce(string_agg(name, ', ' ORDER BY attnum), '')
                        || ') FROM stdin;' FROM c WHERE gen = ''
                ) lines ORDER BY part, n""".formatted(literal(relation), generated, relation.replace("'", "''"),
                relation.replace("'", "''")).replace("\n", " ");
    }

    private static String literal(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
