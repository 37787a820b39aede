package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.framework.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code neon diff} of a branch that went on, and of two. */
class DiffTest {
    @TempDir
    static Path directory;

    private static CommandLine neon;

    @BeforeAll
    static void makeBranches() {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("start");
        Sql.run(neon, "main", "create table orders(id int primary key, name text, price numeric(10,2))",
                "insert into orders select i, 'n' || i, i * 1.5 from generate_series(1, 1000) i",
                "create table items(k text, v jsonb)", "insert into items values ('a', '{\"x\": 1}'), ('a', '{\"x\": 1}'), ('b', null)",
                "create view v as select id, name from orders", "create sequence s", "create database shop");
        neon.ok("tag", "v1");
        neon.ok("branch", "try", "main");
        neon.ok("branch", "same", "main");
        neon.ok("start", "try");
        Sql.run(neon, "try", "update orders set price = price + 1 where id in (5, 6)", "delete from orders where id = 7",
                "insert into orders values (2000, 'it''s new', 3)", "delete from items where ctid = '(0,1)'",
                "create table fresh(a int primary key, b text)", "insert into fresh values (1, 'one')",
                "create or replace view v as select id, name, price from orders", "alter table orders rename price to cost",
                "alter table orders rename cost to price");
        // The common point is not on it.
        Sql.run(neon, "main", "insert into orders values (3000, 'main', 1)");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    @Test
    void summary() {
        String text = neon.ok("diff", "v1", "try");
        assertTrue(text.matches("(?s)v1 \\(\\S+\\) -> try \\(\\S+\\), [^\\n]+ of WAL\\n"
                + " public\\.fresh  \\| created \\+1\\n public\\.items  \\| -1\\n public\\.orders \\| \\+1 -1 ~2\\n"
                + " schema changed, see 'neon diff --schema v1 try'\\n"
                + "3 relations, 1 created, 2 rows inserted\\(\\+\\), 2 rows deleted\\(-\\), 2 rows updated\\(~\\)"), text);
        String back = neon.ok("diff", "try..v1");
        assertTrue(back.contains(" of WAL back\n public.fresh  | dropped -1\n public.items  | +1\n public.orders | +1 -1 ~2\n"), back);
        String both = neon.ok("diff", "main", "try");
        assertTrue(both.contains("apart since") && both.contains(" public.orders | main: +1; try: +1 -1 ~2\n"), both);
        assertTrue(neon.ok("diff", "v1", "same").endsWith("no difference"));
        assertEquals("postgres.public.fresh\npostgres.public.items\npostgres.public.orders", neon.ok("diff", "--name-only", "v1", "try"));
        String stat = neon.ok("diff", "--stat", "v1", "try");
        assertTrue(stat.matches("(?s).* public\\.orders +\\| \\d+ blocks [^\\n]+ \\+1 -1 ~2\\n   orders_pkey +\\| \\d+ blocks? [^\\n]*\\n.*"), stat);
        String json = neon.ok("diff", "--json", "v1", "try").replaceAll("\\s+", "");
        assertTrue(json.contains("\"name\":\"orders\",\"kind\":\"table\",\"table\":null,\"state\":\"same\",\"formerly\":null"), json);
        assertTrue(json.contains("\"inserted\":1,\"updated\":2,\"deleted\":1"), json);
    }

    @Test
    void rows() {
        assertEquals("""
                public.orders, by id
                ~ id 5: price 7.50 -> 8.50
                ~ id 6: price 9.00 -> 10.00
                - id 7, name n7, price 10.50
                + id 2000, name 'it''s new', price 3.00
                1 row deleted, 1 inserted, 2 changed

                public.items, by whole rows, as there is no key
                - k a, v '{"x": 1}'
                1 row deleted

                public.fresh, by a
                + table, only at the second point
                + a 1, b one
                1 row inserted""", neon.ok("diff", "v1", "try", "--", "orders", "public.items", "fr*"));
        assertEquals("", neon.ok("diff", "v1", "same", "--", "*"));
        assertEquals("""
                table,change,k,v
                public.items,deleted,a,"{""x"": 1}\"""", neon.ok("diff", "--format", "csv", "v1", "try", "--", "items"));
        String json = neon.ok("diff", "--json", "v1..try", "--", "orders").replaceAll("\\s+", "");
        assertTrue(json.contains("{\"change\":\"changed\",\"before\":{\"id\":\"5\",\"name\":\"n5\",\"price\":\"7.50\"},"
                + "\"after\":{\"id\":\"5\",\"name\":\"n5\",\"price\":\"8.50\"}}"), json);
        String patch = neon.ok("diff", "--format", "sql", "same", "try", "--", "orders", "items", "fresh");
        neon.ok("branch", "patched", "same");
        neon.ok("start", "patched");
        Sql.run(neon, "patched", patch);
        assertEquals("", neon.ok("diff", "patched", "try", "--", "orders", "items", "fresh"));
    }

    @Test
    void schema() {
        assertEquals("""
                created table public.fresh
                + CREATE TABLE public.fresh
                +     a integer NOT NULL
                +     b text
                + CONSTRAINT fresh_pkey PRIMARY KEY (a)
                + OWNER postgres

                altered view public.v
                  CREATE VIEW public.v AS
                   SELECT id,
                -     name
                +     name,
                +     price
                     FROM orders;
                  OWNER postgres""".replace("FROM orders", "FROM public.orders"), neon.ok("diff", "--schema", "v1", "try"));
        assertEquals("", neon.ok("diff", "--schema", "v1", "same"));
        String json = neon.ok("diff", "--schema", "--json", "v1", "try").replaceAll("\\s+", "");
        assertTrue(json.startsWith("{\"changes\":[{\"database\":\"postgres\",\"kind\":\"table\",\"name\":\"public.fresh\",\"change\":\"created\""), json);
    }

    @Test
    void exitCodes() {
        for (String[] words : new String[][] {{"diff", "--quiet", "v1", "try"}, {"diff", "--quiet", "--schema", "v1", "try"},
                {"diff", "--quiet", "v1", "try", "--", "orders"}}) {
            Result differs = neon.run(words);
            assertEquals(1, differs.code());
            assertEquals("", differs.out());
        }
        assertEquals(1, neon.run("diff", "--exit-code", "v1", "try", "--", "items").code());
        assertEquals(0, neon.run("diff", "--exit-code", "v1", "same").code());
        assertEquals(0, neon.run("diff", "--quiet", "v1", "same", "--", "orders").code());
    }

    @Test
    void whatIsNotThere() {
        assertTrue(neon.fails(ExitCode.NOT_FOUND, "diff", "v1", "try", "--", "ordrs").contains("Did you mean 'orders'?"));
        assertTrue(neon.fails(ExitCode.INVALID_INPUT, "diff", "v1", "try", "--", "orders_pkey").contains("'public.orders'"));
        assertTrue(neon.fails(ExitCode.INVALID_INPUT, "diff", "v1", "try", "--", "s").contains("--schema"));
        neon.fails(ExitCode.NOT_FOUND, "diff", "v1", "try", "--", "nothing*");
        neon.fails(ExitCode.NOT_FOUND, "diff", "--json", "v1", "try", "--", "nothing");
        neon.fails(ExitCode.NOT_FOUND, "diff", "v1", "tyr");
        neon.fails(ExitCode.NOT_FOUND, "diff", "-d", "shp", "v1", "try");
        neon.fails(ExitCode.NOT_FOUND, "diff", "-d", "shop", "v1", "try", "--", "orders");
        // main was forked from nothing.
        assertTrue(neon.fails(ExitCode.NOT_FOUND, "diff").contains("HEAD^"));
        for (String[] words : new String[][] {{"diff", "--stat", "--schema", "v1", "try"}, {"diff", "--format", "sql", "v1", "try"},
                {"diff", "v1..try", "main"}, {"diff", "--stat", "v1", "try", "--", "orders"},
                {"diff", "--json", "--name-only", "v1", "try"}, {"diff", "--json", "--format", "csv", "v1", "try", "--", "orders"}}) {
            neon.fails(ExitCode.USAGE, words);
        }
    }
}
