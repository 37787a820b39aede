package dev.neon.compute.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.repo.walindex.RelationPart;
import dev.neon.wal.WalReader;
import dev.neon.walindex.RelationChanges;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The log of real servers against what these say of their transactions, and what the SQL did. */
class HistoryLogTest {
    private static final String[] SETTINGS = {"track_commit_timestamp=on", "autovacuum=off",
            "max_prepared_transactions=5"};

    private static final Supplier<List<RelationChanges>> NOTHING = List::of;

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void transactionsAreTheServers(int major) throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, major)) {
            neon.start("main", SETTINGS);
            neon.execute("main", "CREATE TABLE a (id int PRIMARY KEY, t text)", "CREATE TABLE b (x int)");
            List<String> done = new ArrayList<>();
            try (Connection session = neon.connect("main")) {
                done.add(run(session, "INSERT INTO a SELECT g, 'x' FROM generate_series(1, 20) g") + " commit a+20");
                done.add(run(session, "UPDATE a SET t = 'y' WHERE id <= 8; DELETE FROM a WHERE id = 9;"
                        + " INSERT INTO b VALUES (1), (2), (3)") + " commit a~8-1 b+3");
                done.add(run(session, "INSERT INTO b VALUES (4); SAVEPOINT s; INSERT INTO b VALUES (5); RELEASE s;"
                        + " SAVEPOINT s; INSERT INTO a VALUES (99, 'z'); RELEASE s") + " commit b+2 a+1");
                done.add(end(session, "DELETE FROM b WHERE x = 1", "ROLLBACK") + " abort b-1");
                done.add(end(session, "INSERT INTO b VALUES (6)", "PREPARE TRANSACTION 'two phases'") + " commit b+1");
                statement(session, "COMMIT PREPARED 'two phases'");
                done.add(run(session, "INSERT INTO a VALUES (1, 'q') ON CONFLICT (id) DO UPDATE SET t = 'q'")
                        + " commit a~1");
                done.add(run(session, "INSERT INTO b SELECT repeat('1', 1)::int") + " commit b+1");
            }
            List<LogEntry> log = log(neon, "main");
            SortedMap<Long, Instant> server = timestamps(neon);
            SortedMap<Long, Instant> told = new TreeMap<>();
            for (LogEntry.Transaction entry : transactions(log)) {
                if (entry.transaction().end().isCommit()) {
                    told.put(entry.transaction().xid(), entry.time().orElseThrow());
                    entry.transaction().end().subtransactions().forEach(run -> LongStream.range(run.first(),
                            run.first() + run.count()).forEach(xid -> told.put(xid, entry.time().orElseThrow())));
                }
            }
            // The oldest ones of the server's are from before the timeline began.
            assertEquals(server.tailMap(told.firstKey()), told);
            assertEquals(done, transactions(log).reversed().stream().map(entry -> describe(neon, entry))
                    .filter(text -> done.contains(text)).toList());
            assertEquals(new TreeSet<>(done), transactions(log).stream().map(entry -> describe(neon, entry))
                    .filter(text -> !text.endsWith("commit ")).collect(Collectors.toCollection(TreeSet::new)));
            LogEntry.Prepare prepare = log.stream().filter(LogEntry.Prepare.class::isInstance)
                    .map(LogEntry.Prepare.class::cast).findFirst().orElseThrow();
            assertEquals("two phases", prepare.gid());
            assertTrue(transactions(log).stream().anyMatch(entry -> entry.transaction().xid() == prepare.xid()
                    && entry.transaction().end().wasPrepared() && entry.lsn().isAfter(prepare.lsn())));
            assertDescending(log);
            addsUp(log);
            isComplete(neon, log);
        }
    }

    /** Older segments cannot be read any more, and are not missed. */
    @Test
    void readsOnlyTheNewestSegments() throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, 18)) {
            neon.start("main", SETTINGS);
            neon.execute("main", "CREATE TABLE a (id int)");
            Connection open = neon.connect("main");
            open.setAutoCommit(false);
            try (Statement statement = open.createStatement()) {
                statement.execute("INSERT INTO a VALUES (0)");
                for (int i = 1; i <= 6; i++) {
                    neon.execute("main", "INSERT INTO a VALUES (" + i + ")", "SELECT pg_switch_wal()");
                }
                statement.execute("INSERT INTO a VALUES (7)");
            }
            open.commit();
            open.close();
            neon.execute("main", "INSERT INTO a VALUES (8)");
            neon.stop("main");
            List<LogEntry> before = newest(neon, 3);
            Path wal = neon.workspace().repository().timelines().walDirectory(neon.timeline("main"));
            List<Path> segments;
            try (var files = Files.list(wal)) {
                segments = files.filter(file -> file.getFileName().toString().matches("\\p{XDigit}{24}")).sorted().toList();
            }
            assertTrue(segments.size() >= 7, segments::toString);
            for (Path segment : segments.subList(0, 4)) {
                Files.write(segment, new byte[(int) Files.size(segment)]);
            }
            assertEquals(before, newest(neon, 3));
            LogEntry.Transaction whole = transactions(before).get(1);
            assertEquals(3, whole.transaction().records(), "two rows and the commit, the first five segments before");
            assertEquals(2, whole.transaction().relations().getFirst().touches());
        }
    }

    @Test
    void toldAcrossForks() throws Exception {
        try (TestWorkspace neon = TestWorkspace.init(directory, 17)) {
            neon.start("main", SETTINGS);
            neon.execute("main", "CREATE TABLE a (id int)", "INSERT INTO a VALUES (1)");
            neon.branch("heikki", "main");
            neon.start("heikki", SETTINGS);
            neon.execute("heikki", "INSERT INTO a VALUES (2)");
            neon.execute("main", "INSERT INTO a VALUES (3)");
            neon.execute("heikki", "INSERT INTO a VALUES (4)");
            Lsn fork = neon.workspace().repository().timelines().history(neon.timeline("heikki")).parent()
                    .orElseThrow().forkPoint();

            List<LogEntry> own = log(neon, "main..heikki");
            assertEquals(2, transactions(own).size());
            assertTrue(own.stream().allMatch(entry -> entry.lsn().isAfter(fork)
                    && entry.timeline().equals(neon.timeline("heikki"))), own::toString);
            assertEquals(1, transactions(log(neon, "heikki..main")).size());
            assertEquals(transactions(log(neon, "heikki")).size(), transactions(own).size()
                    + transactions(log(neon, "heikki^")).size());
            List<LogEntry> both = log(neon, "main", "heikki");
            assertEquals(5, transactions(both).size(), "the common ones once: " + both);
            for (int i = 1; i < both.size(); i++) {
                boolean isOlderFirst = both.get(i - 1).lsn().compareTo(fork) <= 0 && both.get(i).lsn().isAfter(fork);
                assertTrue(!isOlderFirst, "nothing comes before what was built upon it: " + both);
            }
            assertEquals(List.of("heikki"), both.stream().filter(LogEntry.Fork.class::isInstance)
                    .flatMap(entry -> ((LogEntry.Fork) entry).branches().stream()).toList());
            assertEquals(List.of("HEAD -> main", "heikki"), labels(neon, "main", "heikki"));
            assertEquals(List.of(), labels(neon, "main@" + fork), "not at their ends");
        }
    }

    private static List<String> labels(TestWorkspace neon, String... ranges) {
        HistoryLog log = open(neon, false, ranges);
        List<String> labels = new ArrayList<>();
        for (var told = log.next(); told.isPresent(); told = log.next()) {
            labels.addAll(told.get().labels());
        }
        labels.sort(null);
        return labels;
    }

    private static HistoryLog open(TestWorkspace neon, boolean background, String... ranges) {
        return HistoryLog.of(neon.workspace(), LogRange.resolve(neon::resolve, List.of(ranges)),
                new LogFilter(Optional.empty(), Optional.empty(), background, entry -> true));
    }

    private static List<LogEntry> log(TestWorkspace neon, String... ranges) {
        HistoryLog log = open(neon, true, ranges);
        List<LogEntry> entries = new ArrayList<>();
        for (var told = log.next(); told.isPresent(); told = log.next()) {
            entries.add(told.get().entry());
        }
        return entries;
    }

    /** Without what can be counted on demand, so that they can be compared. */
    private static List<LogEntry> newest(TestWorkspace neon, int count) {
        HistoryLog log = open(neon, false, "main");
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            LogEntry entry = log.next().orElseThrow().entry();
            entries.add(entry instanceof LogEntry.Transaction transaction
                    ? new LogEntry.Transaction(transaction.timeline(), transaction.transaction(), NOTHING) : entry);
        }
        return entries;
    }

    private static List<LogEntry.Transaction> transactions(List<LogEntry> log) {
        return log.stream().filter(LogEntry.Transaction.class::isInstance).map(LogEntry.Transaction.class::cast)
                .toList();
    }

    private static void assertDescending(List<LogEntry> log) {
        for (int i = 1; i < log.size(); i++) {
            assertTrue(!log.get(i).lsn().isAfter(log.get(i - 1).lsn()), log.get(i - 1) + " then " + log.get(i));
        }
    }

    /** Every record of a transaction or of none is told, once. */
    private static void isComplete(TestWorkspace neon, List<LogEntry> log) {
        long told = transactions(log).stream().mapToLong(entry -> entry.transaction().records()).sum()
                + log.stream().filter(LogEntry.Background.class::isInstance)
                        .mapToLong(entry -> ((LogEntry.Background) entry).work().records()).sum();
        Lsn from = log.getLast().lsn();
        long records = 0;
        try (WalReader reader = WalReader.from(neon.workspace().wal().source(neon.timeline("main")), from)) {
            while (reader.next() && !reader.end().isAfter(log.getFirst().lsn())) {
                records++;
            }
        }
        assertEquals(records, told);
    }

    /** What is counted record by record is what the index added up. */
    private static void addsUp(List<LogEntry> log) {
        for (LogEntry.Transaction entry : transactions(log)) {
            List<RelFileLocator> counted = entry.changes().stream().map(RelationChanges::relation).toList();
            List<RelFileLocator> listed = entry.transaction().relations().stream().map(RelationPart::relation).toList();
            assertTrue(counted.containsAll(listed), entry::toString);
            assertEquals(entry.transaction().otherTouches() == 0, listed.size() == counted.size(), entry::toString);
        }
    }

    /** {@code 742 commit a+20 b-1}: user tables with their rows, in the order of the first touch. */
    private static String describe(TestWorkspace neon, LogEntry.Transaction entry) {
        StringBuilder text = new StringBuilder().append(entry.transaction().xid())
                .append(entry.transaction().end().isCommit() ? " commit " : " abort ");
        try (RelationNames names = new RelationNames(neon.workspace(), "postgres", List.of(), problem -> {
            throw problem;
        })) {
            String separator = "";
            for (RelationChanges changes : entry.changes()) {
                var relation = names.find(entry.timeline(), changes.relation()).orElseThrow();
                if (relation.schema().equals("public") && relation.owner().isEmpty()) {
                    text.append(separator).append(relation.name());
                    count(text, '+', changes.inserted());
                    count(text, '~', changes.updated());
                    count(text, '-', changes.deleted());
                    separator = " ";
                }
            }
        }
        return text.toString();
    }

    private static void count(StringBuilder text, char sign, long count) {
        if (count > 0) {
            text.append(sign).append(count);
        }
    }

    private static SortedMap<Long, Instant> timestamps(TestWorkspace neon) throws SQLException {
        SortedMap<Long, Instant> times = new TreeMap<>();
        try (Connection session = neon.connect("main"); Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT x, extract(epoch FROM pg_xact_commit_timestamp(x::text::xid)) * 1000000
                        FROM generate_series(3, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1) x
                        WHERE pg_xact_commit_timestamp(x::text::xid) IS NOT NULL""")) {
            while (rows.next()) {
                long micros = rows.getBigDecimal(2).longValueExact();
                times.put(rows.getLong(1), Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000));
            }
        }
        return times;
    }

    private static String run(Connection session, String statements) throws SQLException {
        return end(session, statements, "COMMIT");
    }

    /** Runs a transaction and tells its id. */
    private static String end(Connection session, String statements, String end) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("BEGIN; " + statements);
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                continue;
            }
            String xid;
            try (ResultSet row = statement.executeQuery("SELECT pg_current_xact_id()")) {
                row.next();
                xid = row.getString(1);
            }
            statement.execute(end);
            return xid;
        }
    }

    private static void statement(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }
}
