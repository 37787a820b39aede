package dev.neon.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.framework.ExitCode;
import dev.neon.repo.files.DurableFiles;
import dev.neon.repo.files.NioFileSteps;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What {@code neon log} prints of a session with a real server. LSNs are L1, L2, …, as they rise; likewise xids. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LogTest {
    private static final Pattern LSN = Pattern.compile("\\b[0-9A-F]+/[0-9A-F]{6,8}\\b");
    private static final Pattern XID = Pattern.compile("(?<=commit |abort |prepare |Xid:      |\"xid\" : |\"first\" : )[0-9]+");
    private static final Pattern TIMELINE = Pattern.compile("\\b[0-9a-f]{32}\\b");

    @TempDir
    static Path directory;

    private static CommandLine neon;

    @BeforeAll
    static void makeAHistory() {
        neon = new CommandLine(directory);
        neon.ok("init");
        neon.ok("start", "main", "-c", "autovacuum=off", "-c", "max_prepared_transactions=5");
        Sql.run(neon, "main", "CREATE TABLE accounts (id int PRIMARY KEY, balance int); CREATE TABLE history (x int)",
                "CHECKPOINT", "INSERT INTO accounts SELECT g, 0 FROM generate_series(1, 10) g");
        Sql.run(neon, "main", "BEGIN; UPDATE accounts SET balance = 1 WHERE id < 4; DELETE FROM accounts WHERE id = 9;"
                + " INSERT INTO history VALUES (1), (2); COMMIT");
        // Nobody waits for the record of an abort or a restore point to be on disk, where the log finds it.
        Sql.run(neon, "main", "BEGIN; INSERT INTO history VALUES (3); ROLLBACK", "CHECKPOINT");
        neon.ok("tag", "-m", "before the fork", "v1", "main");
        neon.ok("branch", "heikki", "main");
        neon.ok("start", "heikki", "-c", "autovacuum=off");
        Sql.run(neon, "heikki", "INSERT INTO history VALUES (10)");
        Sql.run(neon, "main", "BEGIN; INSERT INTO history VALUES (4); SAVEPOINT s; INSERT INTO history VALUES (5);"
                + " RELEASE s; PREPARE TRANSACTION 'later'", "COMMIT PREPARED 'later'",
                "SELECT pg_create_restore_point('here')", "CHECKPOINT");
        Sql.run(neon, "heikki", "INSERT INTO history VALUES (11)");
    }

    @AfterAll
    static void stopServers() {
        neon.close();
    }

    @Test
    void oneline() {
        prints("""
                L8 (HEAD -> main) restore point here
                L7 commit X4 postgres: public.history
                L6 prepare X4 'later'
                L5 fork heikki
                L5 tag v1: before the fork
                L4 abort X3 postgres: public.history
                L3 commit X2 postgres: public.accounts, public.history
                L2 commit X1 postgres: public.accounts
                L1 commit X0 postgres: public.accounts, catalogs
                L0 snapshot
                """, "log", "--oneline");
    }

    @Test
    void entries() {
        prints("""
                restore-point L4 (HEAD -> main)
                Name:     here
                Date:     TIME

                commit L3
                Xid:      X1 and 1 subtransaction, prepared before
                Date:     TIME
                Database: postgres
                WAL:      4 records, SIZE

                    public.history

                prepare L2
                Xid:      X1
                Date:     TIME

                    prepared as 'later'

                fork L1
                Branch:   heikki
                Timeline: T0
                Date:     TIME

                    branch heikki

                tag L1
                Name:     v1
                Author:   tester@HOST
                Date:     TIME

                    before the fork

                abort L0
                Xid:      X0
                Date:     TIME
                Database: postgres
                WAL:      2 records, SIZE

                    public.history
                """, "log", "-6");
    }

    @Test
    void stat() {
        prints("""
                L1 commit X1 postgres: public.accounts, public.history
                 public.accounts | 4 -1 ~3
                 public.history  | 2 +2
                 2 relations, 7 records, 2 rows inserted(+), 1 row deleted(-), 3 rows updated(~)
                L0 commit X0 postgres: public.accounts
                 public.accounts | 10 +10
                   accounts_pkey | 11
                 2 relations, 22 records, 10 rows inserted(+)
                """, "log", "--stat", "--oneline", "-2", "main@{xid:" + xidOf("~3") + "}");
    }

    @Test
    void background() {
        String text = neon.ok("log", "--background", "-2");
        assertTrue(text.matches("(?s)background \\S+ \\(HEAD -> main\\)\nWAL:      [0-9]+ records, \\S+ k?B\n\n"
                + ".*    XLOG/CHECKPOINT_ONLINE: [0-9]+ records, .*\n\nrestore-point .*"), text);
        assertTrue(neon.ok("log", "--background", "--oneline", "-1").matches("\\S+ \\(HEAD -> main\\) background: .*"));
        assertEquals(neon.ok("log").replace(" (HEAD -> main)", ""), neon.ok("log", "--background").replaceAll(
                "(?s)background .*?\n\n.*?\n\n", ""), "nothing else changes");
    }

    @Test
    void graph() {
        prints("""
                * L9 (heikki) commit X4 postgres: public.history
                | * L7 (HEAD -> main) restore point here
                | * L6 commit X3 postgres: public.history
                | * L5 prepare X3 'later'
                * | L8 commit X3 postgres: public.history
                * | L4 restart
                |/
                * L3 fork heikki
                * L3 tag v1: before the fork
                * L2 abort X2 postgres: public.history
                * L1 commit X1 postgres: public.accounts, public.history
                * L0 commit X0 postgres: public.accounts
                """, "log", "--graph", "--oneline", "--all", "-11");
    }

    @Test
    void tablesAndTimes() {
        prints("""
                L2 commit X2 postgres: public.accounts, public.history
                L1 commit X1 postgres: public.accounts
                L0 commit X0 postgres: public.accounts, catalogs
                """, "log", "--oneline", "--table", "public.accounts");
        assertEquals(neon.ok("log", "--table", "accounts"), neon.ok("log", "--table", "postgres.public.accounts"));
        assertTrue(neon.fails(ExitCode.NOT_FOUND, "log", "--table", "acounts").contains("Did you mean 'accounts'?"));
        neon.fails(ExitCode.NOT_FOUND, "log", "--table", "accounts", "--table", "nowhere");
        assertEquals("", neon.ok("log", "--table", "1663/5/99999"));
        assertEquals("", neon.ok("log", "--until", "2000-01-01"));
        assertEquals(neon.ok("log", "--table", "history"), neon.ok("log", "--table", "history", "--since", "1 hour ago"));
    }

    @Test
    void ranges() {
        prints("""
                L1 (heikki) commit X1 postgres: public.history
                L0 commit X0 postgres: public.history
                """, "log", "--oneline", "--table", "history", "main..heikki");
        assertEquals(neon.ok("log", "heikki.."), neon.ok("log", "heikki..main"));
        assertEquals("", neon.ok("log", "main..main"));
        assertEquals(neon.ok("log", "..heikki"), neon.ok("log", "main..heikki"));
        String all = neon.ok("log", "--oneline");
        assertTrue(all.contains(neon.ok("log", "--oneline", "v1")), "what an earlier point has is the later part");
        assertEquals(all.lines().count(), neon.ok("log", "--oneline", "v1..").lines().count()
                + neon.ok("log", "--oneline", "v1").lines().count(), "a range and the rest");
    }

    @Test
    void json() {
        prints("""
                [ {
                  "kind" : "commit",
                  "timeline" : "T0",
                  "lsn" : "L1",
                  "time" : "TIME",
                  "labels" : [ ],
                  "xid" : X0,
                  "prepared" : false,
                  "subtransactions" : [ ],
                  "firstLsn" : "L0",
                  "records" : 7,
                  "bytes" : BYTES,
                  "database" : "postgres",
                  "relations" : [ {
                    "file" : "FILE",
                    "schema" : "public",
                    "name" : "accounts",
                    "kind" : "table",
                    "table" : "public.accounts",
                    "records" : 4,
                    "inserted" : 0,
                    "deleted" : 1,
                    "updated" : 3,
                    "images" : 0,
                    "imageBytes" : 0
                  }, {
                    "file" : "FILE",
                    "schema" : "public",
                    "name" : "history",
                    "kind" : "table",
                    "table" : "public.history",
                    "records" : 2,
                    "inserted" : 2,
                    "deleted" : 0,
                    "updated" : 0,
                    "images" : 0,
                    "imageBytes" : 0
                  } ]
                } ]
                """, "log", "--json", "--stat", "-1", "main@{xid:" + xidOf("~3") + "}");
    }

    @Test
    void jsonOfEveryKind() {
        assertEquals("""
                restore-point: kind timeline lsn time labels name
                commit: kind timeline lsn time labels xid prepared subtransactions first count firstLsn records bytes \
                database relations file schema name kind table touches bytes touchesOfOthers
                prepare: kind timeline lsn time labels xid gid
                fork: kind timeline lsn time labels child branches reason
                tag: kind timeline lsn time labels name author message
                """, fieldsByKind("log", "--json", "-5") + '\n');
        assertEquals("background: kind timeline lsn time labels records bytes types type records bytes",
                fieldsByKind("log", "--json", "--background", "-1")
                        .replaceAll("( type records bytes)+", " type records bytes"));
        assertEquals("restart: kind timeline lsn time labels promotion",
                fieldsByKind("log", "--json", "main..heikki").lines().toList().getLast());
        assertEquals("snapshot: kind timeline lsn time labels clean",
                fieldsByKind("log", "--json").lines().toList().getLast());
    }

    private static String fieldsByKind(String... words) {
        return neon.ok(words).lines().filter(line -> line.contains("\" : ")).map(line -> line.startsWith("  \"kind\"")
                ? line.replaceAll(".*: \"(.*)\".*", "\n$1: kind")
                : Pattern.compile("\"(\\w+)\" :").matcher(line).results().map(field -> ' ' + field.group(1))
                        .collect(Collectors.joining())).collect(Collectors.joining()).strip();
    }

    /** The last, as it leaves restarts in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void namesWithoutAServer() {
        String before = neon.ok("log", "--stat", "--table", "history", "heikki").replace(" (heikki)", "");
        neon.ok("stop", "heikki");
        assertEquals(before, neon.ok("log", "--stat", "--table", "history", "heikki"), "from the data directory");
        new DurableFiles(new NioFileSteps()).deleteTree(neon.repository().resolve("datadirs")
                .resolve(neon.ok("rev-parse", "--timeline", "heikki")));
        assertEquals(before, neon.ok("log", "--stat", "--table", "history", "heikki"), "from that of the parent");
        neon.ok("start", "heikki", "-c", "autovacuum=off");
    }

    @Test
    void badInput() {
        neon.fails(ExitCode.USAGE, "log", "--json", "--oneline");
        neon.fails(ExitCode.USAGE, "log", "--all", "main");
        neon.fails(ExitCode.USAGE, "log", "-n", "-1");
        neon.fails(ExitCode.INVALID_INPUT, "log", "main...heikki");
        neon.fails(ExitCode.INVALID_INPUT, "log", "..");
        neon.fails(ExitCode.INVALID_INPUT, "log", "--since", "the day after");
        assertTrue(neon.fails(ExitCode.NOT_FOUND, "log", "mian").contains("Did you mean 'main'?"));
    }

    /** The id of the transaction whose line of statistics has a text. */
    private static String xidOf(String rows) {
        List<String> lines = neon.ok("log", "--stat", "--oneline").lines().toList();
        int at = 0;
        while (!lines.get(at).contains(rows)) {
            at++;
        }
        while (lines.get(at).startsWith(" ")) {
            at--;
        }
        return XID.matcher(lines.get(at)).results().findFirst().map(MatchResult::group).orElseThrow();
    }

    private static void prints(String expected, String... words) {
        assertEquals(expected, plain(neon.ok(words)) + "\n", () -> neon.ok(words));
    }

    private static String plain(String text) {
        String plain = number(text, LSN, "L", LogTest::position);
        plain = number(plain, XID, "X", BigInteger::new);
        plain = number(plain, TIMELINE, "T", id -> BigInteger.ZERO);
        return plain.replaceAll("20\\d\\d-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(\\+00|Z)", "TIME")
                .replaceAll("[0-9.]+ (B|kB)(?=$|\\n)", "SIZE").replaceAll("\"bytes\" : \\d+", "\"bytes\" : BYTES")
                .replaceAll("\"file\" : \"[0-9/]+\"", "\"file\" : \"FILE\"").replaceAll("tester@\\S+", "tester@HOST");
    }

    private static BigInteger position(String lsn) {
        String[] halves = lsn.split("/");
        return new BigInteger(halves[0], 16).shiftLeft(32).or(new BigInteger(halves[1], 16));
    }

    /** Gives each number its place among those that there are. */
    private static String number(String text, Pattern pattern, String letter, Function<String, BigInteger> value) {
        TreeSet<String> found = new TreeSet<>(Comparator.comparing(value).thenComparing(Comparator.naturalOrder()));
        pattern.matcher(text).results().map(MatchResult::group).forEach(found::add);
        List<String> sorted = new ArrayList<>(found);
        return pattern.matcher(text).replaceAll(match -> letter + sorted.indexOf(match.group()));
    }
}
