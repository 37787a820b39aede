package dev.neon.compute.difference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.difference.SchemaChange.Line;
import dev.neon.compute.difference.SchemaChange.Sign;
import dev.neon.compute.difference.SchemaChange.State;
import dev.neon.compute.workspace.TestWorkspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a migration does to a schema with a bit of everything. */
class SchemaDifferenceTest {
    private static final String[] SCHEMA = {"CREATE TYPE mood AS ENUM ('sad', 'ok')", "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
        "CREATE TYPE pair AS (a integer, b text)", "CREATE SEQUENCE s", "CREATE SCHEMA extra", "CREATE TABLE other (id integer PRIMARY KEY)",
        "CREATE TABLE t (id integer PRIMARY KEY, name text DEFAULT 'x', price numeric(10,2) NOT NULL, m mood, o integer REFERENCES other)",
        "CREATE INDEX by_name ON t (name)", "CREATE VIEW v AS SELECT id, name FROM t", "CREATE MATERIALIZED VIEW mv AS SELECT id FROM t",
        "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a + 1'",
        "CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER fire BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION trg()",
        "CREATE TABLE part (id integer) PARTITION BY RANGE (id)", "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (5)",
        "CREATE TABLE same (id integer)", "CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer)"};
    private static final String[] MIGRATION = {"ALTER TYPE mood ADD VALUE 'happy'", "ALTER DOMAIN positive SET DEFAULT 1",
        "ALTER TYPE pair ADD ATTRIBUTE c date", "ALTER SEQUENCE s INCREMENT 5", "CREATE SCHEMA more", "DROP SCHEMA extra",
        "ALTER TABLE t ALTER name SET DEFAULT 'y', ALTER price TYPE numeric(12,2), ADD COLUMN added bytea",
        "ALTER TABLE t ADD CONSTRAINT positive_price CHECK (price > 0)", "DROP INDEX by_name", "CREATE UNIQUE INDEX by_name_2 ON t (lower(name))",
        "CREATE OR REPLACE VIEW v AS SELECT id, name, price FROM t", "DROP MATERIALIZED VIEW mv",
        "CREATE OR REPLACE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a + 2'",
        "ALTER TABLE t DISABLE TRIGGER fire", "ALTER TABLE part DETACH PARTITION part_1", "COMMENT ON COLUMN other.id IS 'it''s one'",
        "CREATE ROLE reader", "GRANT SELECT ON other TO reader", "ALTER TABLE other ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON other USING (id > 1)", "CREATE PUBLICATION p FOR TABLE t", "DROP AGGREGATE total(integer)",
        "CREATE STATISTICS st ON id, name FROM t", "CREATE CAST (mood AS pair) WITH INOUT", "CREATE EXTENSION bloom"};

    @TempDir
    Path directory;

    @Test
    void migration() throws Exception {
        run(TestPostgres.majors().max().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    @Tag("nightly")
    void migrationOfEachRelease(int major) throws Exception {
        run(major);
    }

    private void run(int major) throws Exception {
        try (TestWorkspace test = TestWorkspace.init(directory, major)) {
            test.start("main");
            test.execute("main", SCHEMA);
            test.branch("old", "main");
            test.execute("main", MIGRATION);
            List<SchemaChange> changes = new SchemaDifference(test.workspace(), note -> {})
                    .compare(test.resolve("old"), test.resolve("main"), "postgres"::equals);
            Map<String, State> states = new TreeMap<>();
            changes.forEach(change -> states.put(change.kind() + ' ' + change.name(), change.state()));
            assertEquals(new TreeMap<>(Map.ofEntries(Map.entry("type public.mood", State.ALTERED), Map.entry("type public.positive", State.ALTERED),
                    Map.entry("type public.pair", State.ALTERED), Map.entry("sequence public.s", State.ALTERED),
                    Map.entry("schema more", State.CREATED), Map.entry("schema extra", State.DROPPED), Map.entry("table public.t", State.ALTERED),
                    Map.entry("view public.v", State.ALTERED), Map.entry("materialized view public.mv", State.DROPPED),
                    Map.entry("function public.f(a integer)", State.ALTERED), Map.entry("table public.part_1", State.ALTERED),
                    Map.entry("table public.other", State.ALTERED), Map.entry("publication p", State.CREATED),
                    Map.entry("function public.total(integer)", State.DROPPED), Map.entry("extension bloom", State.CREATED),
                    Map.entry("cast (public.mood AS public.pair)", State.CREATED))), states);
            List<Line> lines = of(changes, "public.t");
            for (String added : List.of("    name text DEFAULT 'y'::text", "    price numeric(12,2) NOT NULL", "    added bytea",
                    "CONSTRAINT positive_price CHECK ((price > (0)::numeric))",
                    "CREATE UNIQUE INDEX by_name_2 ON public.t USING btree (lower(name))")) {
                assertTrue(lines.contains(new Line(Sign.ADDED, added)), () -> added + " in " + lines);
            }
            for (String removed : List.of("    name text DEFAULT 'x'::text", "    price numeric(10,2) NOT NULL",
                    "CREATE INDEX by_name ON public.t USING btree (name)")) {
                assertTrue(lines.contains(new Line(Sign.REMOVED, removed)), () -> removed + " in " + lines);
            }
            assertEquals(new Line(Sign.SAME, "CREATE TABLE public.t"), lines.getFirst());
            assertTrue(of(changes, "public.other").contains(new Line(Sign.ADDED, "COMMENT ON id 'it''s one'")),
                    () -> of(changes, "public.other").toString());
            assertTrue(of(changes, "public.f(a integer)").contains(new Line(Sign.ADDED, "AS $function$SELECT a + 2$function$")),
                    () -> of(changes, "public.f(a integer)").toString());
            List<SchemaChange> none = new SchemaDifference(test.workspace(), note -> {})
                    .compare(test.resolve("main"), test.resolve("main"), "postgres"::equals);
            assertEquals(List.of(), none);
        }
    }

    private static List<Line> of(List<SchemaChange> changes, String name) {
        return changes.stream().filter(change -> change.name().equals(name)).findFirst().orElseThrow().lines();
    }
}
