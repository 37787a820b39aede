package dev.neon.cli.command.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon;
import dev.neon.cli.command.Commands;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.io.Terminals;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code neon page} and {@code neon relations}, of two points of a branch whose server has gone on since. */
class PageCommandsTest {
    private static final String RELATIONS = """
            select string_agg(format('relation\tpostgres\t%s\t%s\t%s\t%s\t%s', nspname, relname, case relkind
                    when 'r' then 'table' when 'i' then 'index' when 'S' then 'sequence' when 't' then 'toast table'
                    when 'm' then 'materialized view' end, pg_relation_filepath(c.oid), pg_relation_size(c.oid) / 8192),
                    E'\\n' order by nspname collate "C", relname collate "C")
            from pg_class c join pg_namespace n on n.oid = relnamespace
            where relkind in ('r', 'i', 'S', 't', 'm') and reltablespace <> 1664 and relpersistence = 'p'
            """;
    private static final String ITEMS = """
            select json_agg(row_to_json(i) order by lp)::text from (select lp, lp_off, lp_flags, lp_len, t_xmin, t_xmax,
                    t_field3, t_ctid, t_infomask2, t_infomask, t_hoff, t_bits, t_data
            from heap_page_items(get_raw_page('shop.item', 0))) i""";

    @TempDir
    static Path directory;

    private static CommandLine neon;
    private static String relationsThen;
    private static String itemsThen;
    private static byte[] pageThen;

    @BeforeAll
    static void changeWhatIsShown() {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("tag", "empty");
        neon.ok("start", "-c", "autovacuum=off");
        Sql.run(neon, "main", "create extension pageinspect", "create schema shop",
                "create table shop.item(id int primary key, name text, long text)",
                "insert into shop.item select i, case when i % 3 > 0 then 'item ' || i end, null from generate_series(1, 500) i",
                "insert into shop.item select 1000, 'long', string_agg(md5(i::text), '') from generate_series(1, 500) i",
                "create unlogged table pad(a int)", "insert into pad values (1)", "create sequence s",
                "create materialized view shop.few as select id from shop.item where id < 10",
                "update shop.item set name = 'seven' where id = 7", "delete from shop.item where id = 8",
                "vacuum (freeze) shop.item", "checkpoint", "create table moved(a int)",
                "alter table moved rename to renamed");
        neon.ok("tag", "then");
        relationsThen = Sql.query(neon, "main", RELATIONS);
        itemsThen = Sql.query(neon, "main", ITEMS);
        pageThen = HexFormat.of().parseHex(Sql.query(neon, "main", "select encode(get_raw_page('shop.item', 0), 'hex')"));
        Sql.run(neon, "main", "update shop.item set name = 'other'", "vacuum full shop.item", "drop table pad",
                "create table later(a int)", "drop sequence s", "create database more");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    private static String named(String... columns) {
        return String.join("\t", columns);
    }

    @Test
    void relationsAreThoseOfThePoint() {
        List<String> lines = neon.ok("relations", "--porcelain", "--system", "-d", "postgres", "then").lines()
                .filter(line -> line.startsWith("relation\t") && !line.contains("\tunlogged "))
                .map(line -> line.substring(0, line.lastIndexOf('\t', line.lastIndexOf('\t') - 1))).toList();
        assertEquals(relationsThen.lines().toList(), lines);
        String now = neon.ok("relations", "--porcelain", "main");
        assertTrue(now.contains("database\tmore\t"), now);
        assertTrue(now.contains(named("relation", "postgres", "public", "later", "table")), now);
        assertTrue(!now.contains("\tpad\t") && !now.contains("\ts\tsequence"), now);
        assertEquals(List.of("postgres", "template0", "template1"), neon.ok("relations", "--porcelain", "empty").lines()
                .map(line -> line.split("\t")[1]).toList());
    }

    @Test
    void relationsForPeople() {
        String shown = neon.ok("relations", "then");
        assertTrue(shown.contains("database postgres (oid 5), "), shown);
        assertTrue(shown.matches("(?s).*shop +item +table +base/5/\\d+ +\\d+ .*"), shown);
        assertTrue(shown.matches("(?s).*public +pad +unlogged table +base/5/\\d+ +0 .*"), shown);
        assertTrue(!shown.contains("pg_class"), shown);
        assertTrue(neon.ok("relations", "--system", "then").contains("shared by all databases"));
    }

    @Test
    void itemsAreThoseOfPageinspect() {
        String json = neon.ok("page", "--json", "then", "shop.item", "0").replaceAll("\\s+", "");
        String items = json.substring(json.indexOf("\"items\":") + 8).replaceAll("\"lp_state\":\"[^\"]*\",", "")
                .replaceAll("\"t_oid\":null,\"raw_flags\":(null|\\[[^]]*\\]),\"combined_flags\":(null|\\[[^]]*\\]),", "");
        assertEquals(itemsThen.replaceAll("\\s+", "").replaceAll("(\"t_x...\":)\"(\\d+)\"", "$1$2"), items.substring(0, items.length() - 1));
        assertTrue(json.contains("\"relation\":\"shop.item\",\"database\":\"postgres\",\"path\":\"base/5/"), json);
    }

    @Test
    void bytes() {
        String hex = neon.ok("page", "--hex", "then", "shop.item", "0");
        assertTrue(hex.startsWith("00000000  "), "hex");
        assertTrue(hex.endsWith("|\n00002000"), "hex");
        byte[] raw = neon.bytes("page", "--raw", "then", "shop.item", "0");
        assertEquals(Sql.query(neon, "main", "select page_checksum(decode('" + HexFormat.of().formatHex(raw)
                + "', 'hex'), 0)"), Short.toString(ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getShort(8)));
        // The server's buffer has an older checksum, a hint that WAL does not tell (pd_prune_xid), and remains in the hole.
        System.arraycopy(pageThen, 8, raw, 8, 2);
        System.arraycopy(pageThen, 20, raw, 20, 4);
        int lower = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getShort(12);
        int upper = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getShort(14);
        System.arraycopy(pageThen, lower, raw, lower, upper - lower);
        assertArrayEquals(pageThen, raw);
        TestNeon terminal = new TestNeon(Commands.tree(), directory).with(new Terminals(false, true, false), "");
        CommandLine.requireMessage(ExitCode.USAGE, terminal.run("page", "--raw", "then", "shop.item", "0"));
    }

    @Test
    void pathsNameTheSame() {
        String page = neon.ok("page", "then", "shop.item", "0");
        String path = page.replaceAll("(?s).*\\((base/5/\\d+)\\).*", "$1");
        assertEquals(page, neon.ok("page", "then", path, "0"));
        assertEquals(page, neon.ok("page", "then", path.replace("base", "1663"), "0"));
        assertEquals(page, neon.ok("page", "then", "item", "0"), "the only one of the name");
        assertTrue(neon.ok("page", "then", "pg_class", "0").contains("'pg_catalog.pg_class'"));
        assertTrue(neon.ok("page", "then", "pg_database", "0").contains("(global/1262)"));
        assertTrue(neon.ok("page", "--fork", "vm", "then", "shop.item", "0").startsWith("visibility map page, block 0 of 1"));
        assertTrue(neon.ok("page", "then", "shop.item_pkey", "1").startsWith("btree page, block 1 of "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "then | shop.item      | 4000 | no block 4000 of 'shop.item' | hint: It has",
        "then | later          | 0    | relation 'later' of database 'postgres' did not exist yet | hint: It exists at",
        "then | moved          | 0    | no relation 'moved' | hint: It was called 'public.renamed' by then.",
        "main | s              | 0    | no relation 's' | hint: It had been dropped by then.",
        "then | shop.itme      | 0    | no relation 'shop.itme' | hint: Did you mean 'shop.item'?",
        "then | pad            | 0    | 'public.pad' (base/5/ | is unlogged and has no history",
        "then | base/5/4294967295 | 0 | no file 'base/5/4294967295' | hint: 'neon relations'",
    })
    void whatIsNotThere(String revision, String relation, String block, String message, String other) {
        String error = neon.fails(ExitCode.NOT_FOUND, "page", revision, relation, block);
        assertTrue(error.contains(message), error);
        assertTrue(error.contains(other), error);
    }

    @Test
    void otherErrors() {
        neon.fails(ExitCode.USAGE, "page", "then", "shop.item", "-1");
        neon.fails(ExitCode.USAGE, "page", "then", "shop.item", "4294967295");
        neon.fails(ExitCode.USAGE, "page", "--raw", "--hex", "then", "shop.item", "0");
        neon.fails(ExitCode.UNSUPPORTED, "page", "--fork", "fsm", "then", "shop.item", "0");
        neon.fails(ExitCode.NOT_FOUND, "page", "--fork", "init", "then", "shop.item", "0");
        neon.fails(ExitCode.NOT_FOUND, "page", "-d", "more", "then", "shop.item", "0");
        neon.fails(ExitCode.NOT_FOUND, "page", "nowhere", "shop.item", "0");
        neon.fails(ExitCode.USAGE, "relations", "--json", "--porcelain", "then");
        String message = neon.fails(ExitCode.NOT_FOUND, "relations", "-d", "postgers", "then");
        assertTrue(message.contains("Did you mean 'postgres'?"), message);
    }

    /** Every version is the page at its LSN; nothing else was ever there. */
    @Test
    void historyIsThatOfThePage() {
        Sql.run(neon, "main", "create table log(a int)");
        for (int i = 0; i < 4; i++) {
            Sql.run(neon, "main", "insert into log values (" + i + ")");
        }
        Sql.run(neon, "main", "update log set a = 7 where a = 1");
        neon.ok("snapshot", "create", "main");
        Sql.run(neon, "main", "delete from log where a = 2", "insert into log values (8), (9)");
        List<String> lines = neon.ok("page", "--history", "main", "log", "0").lines().skip(1).toList();
        assertEquals(8, lines.size(), lines::toString);
        String before = "";
        for (String line : lines) {
            String lsn = line.split(" ")[0];
            String page = neon.ok("page", "--json", "main@" + lsn, "log", "0");
            assertTrue(page.contains("\"lsn\" : \"" + lsn + "\",\n    \"checksum\""), page);
            assertTrue(!page.equals(before), line);
            before = page;
        }
        assertEquals(lines, neon.ok("page", "--history", "--json", "main", "log", "0").lines()
                .filter(line -> line.contains("\"lsn\"")).map(line -> line.replaceAll(".*: \"(.*)\".*", "$1"))
                .map(lsn -> lines.stream().filter(line -> line.startsWith(lsn + " ")).findFirst().orElse("")).toList());
        neon.fails(ExitCode.USAGE, "page", "--history", "--hex", "main", "log", "0");
    }
}
