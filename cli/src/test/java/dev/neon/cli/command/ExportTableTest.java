package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code neon export --table}, of a point that the running server has left behind. */
class ExportTableTest {
    @TempDir
    static Path directory;

    private static CommandLine neon;

    @BeforeAll
    static void loseATable() {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("start");
        Sql.run(neon, "main", "create table account(id int, owner text)",
                "insert into account values (1, 'Anna'), (2, null)", "create unlogged table pad(a int)",
                "create view seen as select * from account", "create index on account(id)", "create database shop");
        neon.ok("tag", "v1");
        Sql.run(neon, "main", "drop table account cascade");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    @Test
    void toTheStandardOutput() {
        assertEquals("id,owner\n1,Anna\n2,", neon.ok("export", "--table", "public.account", "v1"));
        assertEquals("1\tAnna\n2\t\\N", neon.ok("export", "-t", "account", "--format", "text", "v1"));
        assertEquals("""
                SET client_encoding = 'UTF8';
                CREATE TABLE "public"."account" (
                    id integer,
                    owner text
                );
                COPY "public"."account" (id, owner) FROM stdin;
                1\tAnna
                2\t\\N
                \\.""", neon.ok("export", "-t", "account", "--format", "sql", "v1"));
        assertTrue(neon.run("export", "-t", "pad", "v1").err().startsWith("warning: 'public.pad' is unlogged: "));
    }

    @Test
    void toAFile() throws IOException {
        assertTrue(neon.ok("export", "-t", "account", "v1", "accounts.csv").matches(
                "exported 'account' at [0-9A-F/]+ to accounts.csv, 19 B"));
        assertEquals("id,owner\n1,Anna\n2,\n", Files.readString(directory.resolve("accounts.csv")));
        neon.fails(ExitCode.ALREADY_EXISTS, "export", "-t", "account", "v1", "accounts.csv");
        neon.fails(ExitCode.NOT_FOUND, "export", "-t", "nothing", "v1", "nothing.csv");
        assertTrue(Files.notExists(directory.resolve("nothing.csv")));
        String json = neon.ok("export", "-t", "account", "--json", "v1", "again.csv").replaceAll("\\s+", "");
        assertTrue(json.matches("\\{\"file\":\"[^\"]+/again.csv\",\"table\":\"account\",\"database\":\"postgres\","
                + "\"timeline\":\"[0-9a-f]{32}\",\"lsn\":\"[0-9A-F/]+\",\"bytes\":19}"), json);
    }

    @Test
    void whatIsNoTable() {
        String index = neon.fails(ExitCode.INVALID_INPUT, "export", "-t", "account_id_idx", "v1");
        assertTrue(index.contains("Name the table that it belongs to: 'public.account'."), index);
        neon.fails(ExitCode.NOT_FOUND, "export", "-t", "seen", "v1");
        String other = neon.fails(ExitCode.NOT_FOUND, "export", "-d", "shop", "-t", "account", "v1");
        assertTrue(other.contains("of database 'shop'"), other);
        assertTrue(neon.fails(ExitCode.NOT_FOUND, "export", "-t", "account", "main").contains("It had been dropped by then."));
    }

    @Test
    void optionsThatWouldBePassedOver() {
        for (String[] words : new String[][] {{"export", "v1"}, {"export", "--format", "csv", "v1", "x"},
                {"export", "-d", "shop", "v1", "x"}, {"export", "--redo", "neon", "-t", "account", "v1"},
                {"export", "--json", "-t", "account", "v1"}}) {
            neon.fails(ExitCode.USAGE, words);
        }
    }
}
