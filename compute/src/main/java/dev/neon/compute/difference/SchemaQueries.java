package dev.neon.compute.difference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a database's schema. Each query gives the name of an object and lines of its definition, in their order; several may
 * add to the same object. What extensions and PostgreSQL itself brought is left out.
 */
final class SchemaQueries {
    /** Of a row of {@code %1$s}, a catalog that is called {@code o} in the query. */
    private static final String OF_USERS = """
            o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_catalog.%1$s'::regclass
            AND objid = o.oid AND deptype = 'e')""";
    private static final String TABLES = "('r', 'p', 'f')";
    private static final Map<String, List<String>> QUERIES = new LinkedHashMap<>();

    static {
        add("schema", """
                format('%%I', nspname), 'CREATE SCHEMA ' || quote_ident(nspname) FROM pg_namespace o
                WHERE nspname !~ '^pg_' AND """ + ' ' + users("pg_namespace") + " ORDER BY 1");
        add("extension", """
                quote_ident(extname), format('CREATE EXTENSION %%I SCHEMA %%I VERSION %%L', extname, nspname, extversion)
                FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace ORDER BY 1""");
        add("type", """
                format('%%I.%%I', nspname, typname), line FROM pg_type o JOIN pg_namespace n ON n.oid = typnamespace CROSS JOIN LATERAL (
                SELECT 0::float8 AS place, format('CREATE TYPE %%I.%%I AS ENUM', nspname, typname) AS line WHERE typtype = 'e'
                UNION ALL SELECT enumsortorder + 1, '    ' || quote_literal(enumlabel) FROM pg_enum WHERE enumtypid = o.oid
                UNION ALL SELECT 0, format('CREATE TYPE %%I.%%I AS RANGE (subtype = %%s)', nspname, typname,
                format_type(rngsubtype, NULL)) FROM pg_range WHERE rngtypid = o.oid
                UNION ALL SELECT 0, format('CREATE DOMAIN %%I.%%I AS %%s%%s%%s', nspname, typname, format_type(typbasetype, typtypmod),
                coalesce(' DEFAULT ' || typdefault, ''), CASE WHEN typnotnull THEN ' NOT NULL' ELSE '' END) WHERE typtype = 'd'
                UNION ALL SELECT 1, format('    CONSTRAINT %%I %%s', conname, pg_get_constraintdef(c.oid)) FROM pg_constraint c
                WHERE contypid = o.oid AND contype = 'c'
                UNION ALL SELECT 0, format('CREATE TYPE %%I.%%I AS', nspname, typname) FROM pg_class WHERE oid = typrelid
                AND relkind = 'c'
                UNION ALL SELECT attnum, format('    %%I %%s', attname, format_type(atttypid, atttypmod)) FROM pg_attribute
                JOIN pg_class ON pg_class.oid = attrelid WHERE attrelid = typrelid AND relkind = 'c' AND attnum > 0 AND NOT attisdropped
                ) lines WHERE """ + ' ' + users("pg_type") + " ORDER BY 1, place, line");
        add("sequence", """
                format('%%I.%%I', nspname, relname), line FROM pg_class o JOIN pg_namespace n ON n.oid = relnamespace
                JOIN pg_sequence s ON seqrelid = o.oid CROSS JOIN LATERAL (
                SELECT 0 AS place, format('CREATE SEQUENCE %%I.%%I AS %%s', nspname, relname, format_type(seqtypid, NULL)) AS line
                UNION ALL SELECT 1, format('    START %%s INCREMENT %%s MINVALUE %%s MAXVALUE %%s CACHE %%s%%s', seqstart, seqincrement,
                seqmin, seqmax, seqcache, CASE WHEN seqcycle THEN ' CYCLE' ELSE '' END)
                UNION ALL SELECT 2, format('    OWNED BY %%s.%%I', refobjid::regclass, attname) FROM pg_depend
                JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
                WHERE classid = 'pg_class'::regclass AND objid = o.oid AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
                ) lines WHERE""" + ' ' + users("pg_class") + " ORDER BY 1, place, line");
        add("table", tables(), tableParts());
        add("view", """
                format('%%I.%%I', nspname, relname), line FROM pg_class o JOIN pg_namespace n ON n.oid = relnamespace CROSS JOIN LATERAL (
                SELECT 0::bigint AS place, format('CREATE VIEW %%I.%%I%%s AS', nspname, relname,
                coalesce(' WITH (' || array_to_string(reloptions, ', ') || ')', '')) AS line
                UNION ALL SELECT n, text FROM string_to_table(pg_get_viewdef(o.oid), chr(10)) WITH ORDINALITY t (text, n)
                ) lines WHERE relkind = 'v' AND""" + ' ' + users("pg_class") + " ORDER BY 1, place",
                triggers("'v'"), owners("'v'"));
        add("materialized view", """
                format('%%I.%%I', nspname, relname), line FROM pg_class o JOIN pg_namespace n ON n.oid = relnamespace CROSS JOIN LATERAL (
                SELECT 0::bigint AS place, format('CREATE MATERIALIZED VIEW %%I.%%I AS', nspname, relname) AS line
                UNION ALL SELECT n, text FROM string_to_table(pg_get_viewdef(o.oid), chr(10)) WITH ORDINALITY t (text, n)
                UNION ALL SELECT 1000000, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = o.oid
                ) lines WHERE relkind = 'm' AND""" + ' ' + users("pg_class") + " ORDER BY 1, place, line", owners("'m'"));
        add("function", """
                format('%%I.%%I(%%s)', nspname, proname, pg_get_function_identity_arguments(o.oid)), text
                FROM pg_proc o JOIN pg_namespace n ON n.oid = pronamespace CROSS JOIN LATERAL string_to_table(CASE WHEN prokind = 'a'
                THEN format('CREATE AGGREGATE %%I.%%I(%%s) RETURNS %%s', nspname, proname, pg_get_function_arguments(o.oid),
                pg_get_function_result(o.oid)) ELSE pg_get_functiondef(o.oid) END, chr(10)) WITH ORDINALITY t (text, n) WHERE"""
                + ' ' + users("pg_proc") + " ORDER BY 1, n", """
                format('%%I.%%I(%%s)', nspname, proname, pg_get_function_identity_arguments(o.oid)), line
                FROM pg_proc o JOIN pg_namespace n ON n.oid = pronamespace CROSS JOIN LATERAL (
                SELECT 'OWNER ' || pg_get_userbyid(proowner)::text AS line UNION ALL SELECT 'ACL ' || unnest(proacl)::text
                UNION ALL SELECT 'COMMENT ' || quote_literal(description) FROM pg_description
                WHERE classoid = 'pg_proc'::regclass AND objoid = o.oid) lines WHERE""" + ' ' + users("pg_proc") + " ORDER BY 1, 2");
        add("publication", """
                quote_ident(pubname), format('CREATE PUBLICATION %%I%%s', pubname, CASE WHEN puballtables THEN ' FOR ALL TABLES' ELSE
                coalesce(' FOR TABLE ' || (SELECT string_agg(prrelid::regclass::text, ', ' ORDER BY prrelid::regclass::text)
                FROM pg_publication_rel WHERE prpubid = o.oid), '') END) FROM pg_publication o ORDER BY 1""");
        add("event trigger", """
                quote_ident(evtname), format('CREATE EVENT TRIGGER %%I ON %%s EXECUTE FUNCTION %%s (%%s)', evtname, evtevent,
                evtfoid::regproc, evtenabled) FROM pg_event_trigger o WHERE""" + ' ' + users("pg_event_trigger") + " ORDER BY 1");
        // Of what is rare it is told whether it is there.
        for (String[] rare : new String[][] {{"cast", "pg_cast"}, {"operator", "pg_operator"}, {"operator class", "pg_opclass"},
            {"operator family", "pg_opfamily"}, {"collation", "pg_collation"}, {"conversion", "pg_conversion"}, {"language", "pg_language"},
            {"text search configuration", "pg_ts_config"}, {"text search dictionary", "pg_ts_dict"},
            {"foreign-data wrapper", "pg_foreign_data_wrapper"}, {"server", "pg_foreign_server"}}) {
            String identity = "(pg_identify_object('pg_catalog." + rare[1] + "'::regclass, o.oid, 0)).identity";
            add(rare[0], identity + ", " + identity + " FROM " + rare[1] + " o WHERE " + users(rare[1]) + " ORDER BY 1");
        }
    }

    private SchemaQueries() {}

    private static void add(String kind, String... queries) {
        QUERIES.put(kind, List.of(queries).stream().map(query -> query.replace("%%", "%")).toList());
    }

    private static String users(String catalog) {
        return OF_USERS.formatted(catalog);
    }

    private static String tables() {
        return """
                format('%%I.%%I', nspname, relname), line FROM pg_class o JOIN pg_namespace n ON n.oid = relnamespace CROSS JOIN LATERAL (
                SELECT 0 AS place, 0 AS number, format('CREATE %%sTABLE %%I.%%I%%s', CASE WHEN relpersistence = 'u' THEN 'UNLOGGED '
                WHEN relkind = 'f' THEN 'FOREIGN ' ELSE '' END, nspname, relname, coalesce((SELECT string_agg(format(CASE WHEN relispartition
                THEN ' PARTITION OF %%s ' ELSE ' INHERITS %%s' END, inhparent::regclass), '' ORDER BY inhseqno) FROM pg_inherits
                WHERE inhrelid = o.oid), '') || coalesce(pg_get_expr(relpartbound, o.oid), '')) AS line
                UNION ALL SELECT 1, attnum, format('    %%I %%s', attname, format_type(atttypid, atttypmod))
                || CASE WHEN attcollation <> typcollation AND attcollation <> 0 THEN format(' COLLATE %%s', attcollation::regcollation)
                ELSE '' END || CASE WHEN attgenerated <> '' THEN format(' GENERATED ALWAYS AS (%%s) %%s', pg_get_expr(adbin, adrelid),
                CASE attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END) WHEN attidentity <> '' THEN
                CASE attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY' ELSE ' GENERATED BY DEFAULT AS IDENTITY' END
                ELSE coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '') END || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
                FROM pg_attribute JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped
                UNION ALL SELECT 2, 0, '    PARTITION BY ' || pg_get_partkeydef(o.oid) WHERE relkind = 'p'
                UNION ALL SELECT 3, 0, '    WITH (' || array_to_string(reloptions, ', ') || ')' WHERE reloptions IS NOT NULL
                UNION ALL SELECT 4, 0, '    REPLICA IDENTITY ' || CASE relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
                ELSE 'USING INDEX' END WHERE relreplident <> 'd'
                UNION ALL SELECT 5, 0, '    ROW LEVEL SECURITY' || CASE WHEN relforcerowsecurity THEN ', FORCED' ELSE '' END
                WHERE relrowsecurity) lines WHERE relkind IN %s AND""".formatted(TABLES) + ' ' + users("pg_class")
                + " ORDER BY 1, place, number, line";
    }

    private static String tableParts() {
        return """
                format('%%I.%%I', nspname, relname), line FROM pg_class o JOIN pg_namespace n ON n.oid = relnamespace CROSS JOIN LATERAL (
                SELECT CASE contype WHEN 'p' THEN 10 WHEN 'f' THEN 13 ELSE 11 END AS place,
                format('CONSTRAINT %%I %%s', conname, pg_get_constraintdef(c.oid)) AS line
                FROM pg_constraint c WHERE conrelid = o.oid AND contype IN ('c', 'f', 'p', 'u', 'x')
                UNION ALL SELECT 14, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = o.oid AND NOT EXISTS
                (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
                UNION ALL SELECT 15, pg_get_triggerdef(oid) || CASE tgenabled WHEN 'O' THEN '' ELSE ' (' || tgenabled::text || ')' END
                FROM pg_trigger WHERE tgrelid = o.oid AND NOT tgisinternal
                UNION ALL SELECT 16, pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class = o.oid
                UNION ALL SELECT 17, format('POLICY %%I %%s%%s%%s%%s', polname, polcmd, CASE WHEN polpermissive THEN '' ELSE ' RESTRICTIVE' END,
                coalesce(' USING ' || pg_get_expr(polqual, polrelid), ''), coalesce(' CHECK ' || pg_get_expr(polwithcheck, polrelid), ''))
                FROM pg_policy WHERE polrelid = o.oid
                UNION ALL SELECT 18, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE stxrelid = o.oid
                UNION ALL SELECT 19, 'OWNER ' || pg_get_userbyid(relowner)::text UNION ALL SELECT 20, 'ACL ' || unnest(relacl)::text
                UNION ALL SELECT 21, 'COMMENT ' || coalesce('ON ' || (SELECT quote_ident(attname) FROM pg_attribute
                WHERE attrelid = objoid AND attnum = objsubid AND objsubid > 0) || ' ', '') || quote_literal(description)
                FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid = o.oid
                ) lines WHERE relkind IN %s AND""".formatted(TABLES) + ' ' + users("pg_class") + " ORDER BY 1, place, line";
    }

    private static String triggers(String kind) {
        return "format('%%I.%%I', nspname, relname), pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class o ON o.oid = tgrelid"
                + " JOIN pg_namespace n ON n.oid = relnamespace WHERE NOT tgisinternal AND relkind = " + kind + " AND "
                + users("pg_class") + " ORDER BY 1, 2";
    }

    private static String owners(String kind) {
        return """
                format('%%I.%%I', nspname, relname), line FROM pg_class o JOIN pg_namespace n ON n.oid = relnamespace CROSS JOIN LATERAL (
                SELECT 'OWNER ' || pg_get_userbyid(relowner)::text AS line UNION ALL SELECT 'ACL ' || unnest(relacl)::text
                UNION ALL SELECT 'COMMENT ' || quote_literal(description) FROM pg_description WHERE classoid = 'pg_class'::regclass
                AND objoid = o.oid AND objsubid = 0) lines WHERE relkind =""" + ' ' + kind + " AND " + users("pg_class") + " ORDER BY 1, 2";
    }

    /** All objects, by kind, in the order of their names. */
    static List<SchemaObject> read(SideServer server) {
        List<SchemaObject> objects = new ArrayList<>();
        QUERIES.forEach((kind, queries) -> {
            Map<String, List<String>> lines = new LinkedHashMap<>();
            for (String query : queries) {
                for (List<Optional<String>> row : server.rows(query)) {
                    lines.computeIfAbsent(row.get(0).orElse(""), any -> new ArrayList<>())
                            .addAll(row.get(1).orElse("").lines().toList());
                }
            }
            lines.forEach((name, text) -> objects.add(new SchemaObject(kind, name, List.copyOf(text))));
        });
        return objects;
    }
}
