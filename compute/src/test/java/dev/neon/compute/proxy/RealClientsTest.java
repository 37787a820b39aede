package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.proxy.BothWays.Way;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGStatement;
import org.postgresql.copy.CopyManager;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What pgJDBC and the bare protocol do through the page server, compared with the same at the server's own port. */
class RealClientsTest {
    private static final int MIB = 1 << 20;

    private static BothWays both;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        both = BothWays.open(directory, TestPostgres.major(18));
    }

    @AfterAll
    static void end() {
        both.close();
    }

    @Test
    void copyBothWaysByteForByte() throws Exception {
        long rows = 200_000;
        String source = "SELECT g, md5(g::text), CASE WHEN g % 7 = 0 THEN NULL ELSE g * 0.1 END FROM generate_series(1, " + rows + ") AS g";
        for (String format : List.of("text", "binary", "csv")) {
            String options = " (FORMAT " + format + ')';
            both.sameInSession((connection, statement) -> {
                CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
                statement.execute("CREATE TEMP TABLE copied(a int, b text, c numeric)");
                CopyOutSink sent = new CopyOutSink();
                copy.copyOut("COPY (" + source + ") TO STDOUT" + options, sent);
                try (InputStream again = sent.content()) {
                    assertEquals(rows, copy.copyIn("COPY copied FROM STDIN" + options, again));
                }
                CopyOutSink back = new CopyOutSink();
                copy.copyOut("COPY (TABLE copied ORDER BY a) TO STDOUT" + options, back);
                assertEquals(sent.digest(), back.digest());
                return back.digest();
            });
        }
    }

    /** Keeps what was copied, and its digest. */
    private static final class CopyOutSink extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            bytes.write(b);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
        }

        InputStream content() {
            return new ByteArrayInputStream(bytes.toByteArray());
        }

        String digest() throws Exception {
            return bytes.size() + " " + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0", "3.2"})
    void cancelByEachProtocol(String protocol) throws Exception {
        both.same(way -> {
            try (Connection connection = way.connect("protocolVersion", protocol); Connection other = way.connect();
                    Statement statement = connection.createStatement()) {
                Thread canceller = Thread.ofVirtual().start(() -> {
                    try {
                        both.awaitRow("it does not sleep", "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
                        statement.cancel();
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                });
                SQLException failure = assertThrows(SQLException.class, () -> statement.execute("SELECT pg_sleep(60)"));
                canceller.join();
                statement.setQueryTimeout(1);
                SQLException second = assertThrows(SQLException.class, () -> statement.execute("SELECT pg_sleep(60)"));
                statement.setQueryTimeout(0);
                statement.execute("SET statement_timeout = '50ms'");
                SQLException third = assertThrows(SQLException.class, () -> statement.execute("SELECT pg_sleep(60)"));
                return List.of(failure.getMessage(), second.getMessage(), third.getMessage(), TestPageServer.one(connection, "SELECT 7"),
                        TestPageServer.one(other, "SELECT 8"));
            }
        });
    }

    /** The key of protocol 3.2 is longer than four bytes, or the test above proves nothing. */
    @Test
    void theKeyOfProtocol32IsLong() throws Exception {
        for (Way way : List.of(both.direct(), both.proxied())) {
            try (WireClient client = WireClient.connect(way.port())) {
                byte[] packet = WireClient.startup("user", "postgres", "database", way.database());
                ByteBuffer.wrap(packet).putInt(Integer.BYTES, WireClient.PROTOCOL + 2);
                client.send(packet);
                assertEquals(Integer.BYTES + 32, client.until('K').body().length);
            }
        }
    }

    @Test
    void notificationsAndNoticesArrive() throws Exception {
        both.same(way -> {
            try (Connection listener = way.connect(); Connection sender = way.connect(); Statement listen = listener.createStatement();
                    Statement notify = sender.createStatement()) {
                listen.execute("LISTEN channel");
                notify.execute("NOTIFY channel, 'payload'");
                PGNotification[] got = listener.unwrap(PGConnection.class).getNotifications(10_000);
                notify.execute("DO $$ BEGIN RAISE NOTICE 'noticed' USING DETAIL = 'detail', HINT = 'hint', ERRCODE = '01234'; END $$");
                SQLWarning warning = notify.getWarnings();
                return List.of(got.length, got[0].getName(), got[0].getParameter(), warning.getMessage(), warning.getSQLState());
            }
        });
    }

    @Test
    void errorsHaveAllTheirFields() throws Exception {
        both.sameInSession((connection, statement) -> {
            List<String> told = new ArrayList<>();
            statement.execute("CREATE TEMP TABLE refused(a int CONSTRAINT above CHECK (a > 0), b int UNIQUE)");
            for (String sql : List.of("INSERT INTO refused VALUES (-1)", "SELECT 1 / 0", "SELECT nonsense FROM refused", "SELEC 1",
                    "DO $$ BEGIN RAISE 'raised %', repeat('long', 5000) USING DETAIL = 'd', HINT = 'h', SCHEMA = 's', TABLE = 't',"
                            + " COLUMN = 'c', DATATYPE = 'y', CONSTRAINT = 'n', ERRCODE = 'ZZ123'; END $$")) {
                ServerErrorMessage error = assertThrows(PSQLException.class, () -> statement.execute(sql)).getServerErrorMessage();
                told.add(String.join("|", error.getSeverity(), error.getSQLState(), error.getMessage(), error.getDetail(), error.getHint(),
                        error.getWhere(), String.valueOf(error.getSchema()).replaceAll("pg_temp_\\d+", "pg_temp"), error.getTable(), error.getColumn(), error.getDatatype(),
                        error.getConstraint(), error.getFile(), error.getRoutine(), error.getInternalQuery(),
                        error.getLine() + "|" + error.getPosition() + '|' + error.getInternalPosition()));
            }
            return told;
        });
    }

    @Test
    void passwordsAreBetweenClientAndServer() throws Exception {
        both.same(way -> {
            try (Connection connection = way.connect("user", "secured", "password", "right", "ApplicationName", "mine")) {
                return List.of(TestPageServer.one(connection, "SELECT current_user || current_setting('application_name')"),
                        TestPageServer.one(connection, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'mine'"));
            }
        });
        String refused = both.same(way -> {
            ServerErrorMessage error = assertThrows(PSQLException.class, () -> way.connect("user", "secured", "password", "wrong"))
                    .getServerErrorMessage();
            return error.getSQLState() + ' ' + error.getSeverity() + ' ' + error.getMessage() + ' ' + error.getRoutine();
        });
        assertTrue(refused.startsWith("28P01"), refused);
        both.same(way -> assertThrows(PSQLException.class, () -> way.connect("user", "nobody")).getServerErrorMessage().getMessage());
    }

    @Test
    void preparedStatementsTextAndBinary() throws Exception {
        for (String binary : List.of("true", "false")) {
            both.same(way -> {
                List<String> rows = new ArrayList<>();
                try (Connection connection = way.connect("binaryTransfer", binary, "prepareThreshold", "1");
                        PreparedStatement select = connection.prepareStatement("SELECT ?::int * 2, ?::float8 / 3, ?::timestamptz, ?::bytea,"
                                + " ?::numeric, ?::text, ARRAY[?::int8]")) {
                    for (int i = 0; i < 20; i++) {
                        select.setInt(1, i);
                        select.setDouble(2, i);
                        select.setObject(3, OffsetDateTime.parse("2026-01-02T03:04:05.678901Z").plusDays(i));
                        select.setBytes(4, new byte[i * 1000]);
                        select.setBigDecimal(5, BigDecimal.valueOf(i, 3));
                        select.setString(6, "\u00fc\u20ac".repeat(i));
                        select.setLong(7, Long.MAX_VALUE - i);
                        try (ResultSet result = select.executeQuery()) {
                            result.next();
                            rows.add(result.getInt(1) + " " + result.getDouble(2) + ' ' + result.getTimestamp(3) + ' '
                                    + Arrays.hashCode(result.getBytes(4)) + ' ' + result.getBigDecimal(5) + ' ' + result.getString(6) + ' '
                                    + result.getArray(7));
                        }
                    }
                    assertTrue(select.unwrap(PGStatement.class).isUseServerPrepare());
                    rows.add(TestPageServer.one(connection, "SELECT count(*) > 0 FROM pg_prepared_statements"));
                }
                return rows;
            });
        }
    }

    @Test
    void batchesAreOnePipelineAndFailInTheirMiddle() throws Exception {
        both.sameInSession((connection, statement) -> {
            statement.execute("CREATE TEMP TABLE batched(a int PRIMARY KEY)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO batched VALUES (?)")) {
                for (int i = 0; i < 20_000; i++) {
                    insert.setInt(1, i);
                    insert.addBatch();
                }
                long done = Arrays.stream(insert.executeBatch()).sum();
                connection.commit();
                for (int i = 30_000; i > 19_990; i--) {
                    insert.setInt(1, i);
                    insert.addBatch();
                }
                String failure = assertThrows(BatchUpdateException.class, insert::executeBatch).getSQLState();
                connection.rollback();
                return done + " " + failure + ' ' + TestPageServer.one(connection, "SELECT count(*) FROM batched");
            }
        });
    }

    /** Parse, Bind, Execute and Sync of many statements are sent before the first answer is read, an error among them. */
    @Test
    void pipelinesWithoutWaiting() throws Exception {
        both.sameInTheClear(way -> {
            try (WireClient client = WireClient.session(way.port(), way.database())) {
                int pieces = 2000;
                for (int i = 0; i < pieces; i++) {
                    String sql = i == pieces / 2 ? "SELECT 1 / 0" : "SELECT " + i;
                    client.send(WireClient.message('P', ("\0" + sql + "\0\0\0").getBytes(StandardCharsets.US_ASCII)));
                    client.send(WireClient.message('B', new byte[8]));
                    client.send(WireClient.message('E', new byte[5]));
                    if (i % 3 == 0) {
                        client.send(WireClient.message('S', new byte[0]));
                    }
                }
                client.send(WireClient.message('S', new byte[0]));
                StringBuilder all = new StringBuilder();
                for (int ready = 0; ready < (pieces + 2) / 3 + 1;) {
                    WireClient.Message message = client.read();
                    ready += message.type() == 'Z' ? 1 : 0;
                    all.append(message.type()).append(message.text());
                }
                return all.toString();
            }
        });
    }

    @Test
    void portalsWithFetchSize() throws Exception {
        stream(both.proxied(), 20 * MIB);
        both.same(way -> stream(way, 50 * MIB));
    }

    @Test
    @Tag("nightly")
    void aGigabyteIsStreamedInBoundedMemory() throws Exception {
        both.same(way -> stream(way, 1 << 30));
    }

    /** Reads so many bytes in portals of 100 rows; the digest of them. */
    private static String stream(Way way, long bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Footprint before = Footprint.now();
        long rows = 0;
        try (Connection connection = way.connect(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(100);
            long all = bytes / 10_000;
            try (ResultSet result = statement.executeQuery("SELECT repeat(chr(65 + (g % 26)::int), 10000) FROM generate_series(1, " + all + ") AS g")) {
                while (result.next()) {
                    digest.update(result.getBytes(1));
                    rows++;
                    if (rows == all / 2) {
                        assertLittleSince(before);
                    }
                }
            }
        }
        return rows + " " + HexFormat.of().formatHex(digest.digest());
    }

    private static void assertLittleSince(Footprint before) throws Exception {
        Footprint grown = Footprint.now().since(before);
        assertTrue(grown.heap() + grown.direct() < 16 * MIB, grown::toString);
    }

    /** A result as one message after the other, unasked for. */
    @Test
    void largeResultsOfSimpleQueries() throws Exception {
        both.sameInTheClear(way -> simple(way, 100 * MIB));
    }

    @Test
    @Tag("nightly")
    void aGigabyteOfASimpleQuery() throws Exception {
        both.sameInTheClear(way -> simple(way, 1 << 30));
    }

    private static String simple(Way way, long bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long rows = 0;
        Footprint before = Footprint.now();
        try (WireClient client = WireClient.session(way.port(), way.database())) {
            long all = bytes / 100_000;
            client.send(WireClient.query("SELECT repeat(chr(65 + (g % 26)::int), 100000) FROM generate_series(1, " + all + ") AS g"));
            for (WireClient.Message message = client.read(); message.type() != 'Z'; message = client.read()) {
                digest.update((byte) message.type());
                digest.update(message.body());
                rows++;
                if (rows == all / 2) {
                    assertLittleSince(before);
                }
            }
        }
        return rows + " " + HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void logicalReplication() throws Exception {
        String start;
        try (Connection connection = both.direct().connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS replicated(a int PRIMARY KEY, b text)");
            start = TestPageServer.one(connection, "SELECT pg_current_wal_lsn()");
            for (Way way : both.ways()) {
                statement.execute("SELECT pg_create_logical_replication_slot('slot_" + way.name() + "', 'test_decoding')");
            }
            for (int i = 0; i < 500; i++) {
                statement.execute("INSERT INTO replicated VALUES (" + i + ", repeat('x', " + i + "))");
            }
        }
        String changes = both.same(way -> {
            List<String> lines = new ArrayList<>();
            try (Connection connection = way.connect("replication", "database", "assumeMinServerVersion", "9.4", "preferQueryMode", "simple");
                    PGReplicationStream stream = connection.unwrap(PGConnection.class).getReplicationAPI().replicationStream().logical()
                            .withSlotName("slot_" + way.name()).withStartPosition(LogSequenceNumber.valueOf(start))
                            .withSlotOption("include-xids", false).start()) {
                while (lines.size() < 3 * 500) {
                    ByteBuffer change = stream.read();
                    lines.add(StandardCharsets.UTF_8.decode(change).toString());
                    stream.setAppliedLSN(stream.getLastReceiveLSN());
                    stream.setFlushedLSN(stream.getLastReceiveLSN());
                }
            }
            return String.join("\n", lines);
        });
        assertTrue(changes.contains("INSERT: a[integer]:499"), changes);
    }
}
