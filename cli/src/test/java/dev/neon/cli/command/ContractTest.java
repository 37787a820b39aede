package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.neon.cli.CommandLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts read: the fields of --json by name and in order, the columns of --porcelain. They never change. */
class ContractTest {
    private static final String ID = "[0-9a-f]{32}";
    private static final String LSN = "[0-9A-F]+/[0-9A-F]+";
    private static final String TIME = "20[0-9-]{8}T[0-9:.]+Z";

    @TempDir
    static Path directory;

    private static CommandLine neon;
    private static String initialised;

    @BeforeAll
    static void makeARepository() {
        neon = new CommandLine(directory);
        initialised = neon.ok("init", "--json");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    @Test
    void json() throws IOException {
        has(initialised, "directory", "repositoryId", "branch");
        has(neon.ok("start", "--json"), "uri", "port", "pid", "timeline", "socketDirectory", "started", "seconds");
        has(neon.ok("ps", "--json"), "branch", "state", "pid", "port", "listen", "socketDirectory", "readOnly",
                "started", "timeline", "pageserver");
        has(neon.ok("restart", "--json"), "uri", "port", "pid", "timeline", "socketDirectory", "started", "seconds");
        has(neon.ok("branch", "--json", "twig"), "name", "timeline", "lsn");
        has(neon.ok("branch", "--json"), "name", "current", "timeline", "lsn", "created", "ownBytes", "state", "port",
                "expires", "protected", "problem");
        has(neon.ok("branch", "--delete-expired", "--json"));
        has(neon.ok("lease", "--json", "main"), "id", "kind", "reason", "who", "created", "expires", "host", "pid", "points",
                "timeline", "from", "to");
        has(neon.ok("lease", "--json"), "id", "kind", "reason", "who", "created", "expires", "host", "pid", "points",
                "timeline", "from", "to");
        has(neon.ok("tag", "--auto", "--json"), "name", "timeline", "lsn");
        has(neon.ok("tag", "--thin", "--keep-last", "1", "--json"), "series", "tags", "name", "kept", "reasons");
        has(neon.ok("tag", "--json", "v1"), "name", "timeline", "lsn");
        has(neon.ok("tag", "--json"), "name", "timeline", "lsn", "date", "author", "message");
        has(neon.ok("status", "--json"), "branch", "timeline", "lsn", "ownBytes", "postgres", "parent", "forkPoint",
                "state", "port", "snapshot", "replayBytes", "temporary", "aheadTransactions", "aheadBytes",
                "movedTransactions");
        has(neon.ok("rev-parse", "--json", "HEAD"), "timeline", "lsn", "ref");
        has(neon.ok("snapshot", "create", "--json"), "timeline", "lsn", "directory");
        has(neon.ok("snapshot", "list", "--json"), "timeline", "lsn", "redo", "clean", "form", "bytes");
        has(neon.ok("export", "--json", "HEAD", "copy"), "directory", "timeline", "lsn", "replayBytes");
        has(neon.ok("relations", "--system", "--json", "HEAD"), "database", "oid", "bytes", "relations", "schema", "name",
                "kind", "of", "path", "unlogged", "mainPages", "vmPages", "initPages", "totalBytes");
        has(neon.ok("page", "--json", "HEAD", "pg_class_oid_index", "0"), "relation", "database", "path", "fork", "block",
                "blocks", "timeline", "lsn", "kind", "problem", "header", "checksum", "flags", "lower", "upper",
                "special", "pagesize", "version", "prune_xid", "btpo_prev", "btpo_next", "btpo_level", "btpo_flags",
                "btpo_cycleid", "meta", "magic", "root", "level", "fastroot", "fastlevel", "last_cleanup_num_delpages",
                "last_cleanup_num_tuples", "allequalimage", "items");
        Sql.run(neon, "main", "create table contract(id int primary key)", "insert into contract values (1)");
        has(neon.ok("diff", "--json", "v1", "main"), "from", "timeline", "lsn", "walBytes", "to", "common", "different",
                "sharedCatalogs", "databases", "name", "place", "catalogs", "unknownBlocks", "relations", "schema", "kind",
                "table", "state", "formerly", "blocks", "bytes", "inserted", "updated", "deleted");
        has(neon.ok("diff", "--json", "v1", "main", "--", "contract"), "from", "to", "database", "tables", "schema", "name",
                "place", "key", "columns", "type", "addedColumns", "droppedColumns", "alteredColumns", "rows", "change", "after",
                "id", "deleted", "inserted", "changed");
        has(neon.ok("diff", "--schema", "--json", "v1", "main"), "changes", "database", "kind", "name", "change", "lines",
                "sign", "text");
        has(neon.run("pageserver", "status", "--json").out(), "state", "pid", "address", "http", "started", "servers");
        has(neon.ok("config", "list", "--json"), "key", "value");
        has(neon.ok("postgres", "list", "--json"), "major", "version", "installed", "binDirectory");
        has(neon.ok("version", "--json"), "version", "java");
    }

    @Test
    void nothingIsAnEmptyArray() {
        neon.ok("stop", "--all");
        assertEquals("[ ]", neon.ok("ps", "--json"));
    }

    @Test
    void porcelain() {
        neon.ok("start");
        neon.ok("tag", "-f", "v0");
        matches("\\*\tmain\t" + ID + "\t" + LSN + "\t" + TIME + "\t[0-9]+\trunning\t[0-9]+",
                neon.ok("branch", "--porcelain").lines().filter(line -> line.contains("\tmain\t")).findFirst().orElse(""));
        matches("main\trunning\t[0-9]+\t[0-9]+\t" + TIME + "\t" + ID, neon.ok("ps", "--porcelain"));
        neon.ok("lease", "main");
        matches("[0-9a-f]{8}\tuser\t" + TIME + "\t" + ID + "@" + LSN + "\\.\\." + LSN,
                neon.ok("lease", "--porcelain").lines().findFirst().orElse(""));
        matches("v0\t" + ID + "\t" + LSN + "\t" + TIME, neon.ok("tag", "--porcelain").lines()
                .filter(line -> line.startsWith("v0")).findFirst().orElse(""));
        matches("database\tpostgres\t5\t[0-9]+", neon.ok("relations", "--porcelain", "HEAD").lines().findFirst().orElse(""));
        matches("relation\tpostgres\tpg_catalog\tpg_class\ttable\tbase/5/1259\t[0-9]+\t[0-9]+\t[0-9]+",
                neon.ok("relations", "--system", "-d", "postgres", "--porcelain", "HEAD").lines()
                        .filter(line -> line.contains("\tpg_class\t")).findFirst().orElse(""));
        matches(ID + "\t" + LSN + "\t[0-9]+",
                neon.ok("snapshot", "list", "--porcelain").lines().findFirst().orElse(""));
        matches("branch\tmain\ntimeline\t" + ID + "\nlsn\t" + LSN + "\nown-bytes\t[0-9]+\npostgres\t18\n"
                + "state\trunning\nport\t[0-9]+\nsnapshot\t" + LSN + "\nreplay-bytes\t[0-9]+", neon.ok("status", "--porcelain"));
    }

    private static void matches(String pattern, String text) {
        assertEquals(true, text.matches(pattern), () -> "'" + text + "' does not match " + pattern);
    }

    private static void has(String json, String... fields) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    found.add(parser.currentName());
                }
            }
        }
        assertEquals(List.of(fields), List.copyOf(found), json);
    }
}
