package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.wal.EndOfWal;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ends of WAL at the places where one is easily missed, written by a server: messages of computed lengths bring it
 * there. {@code EndOfWalTest} makes the same of bytes. At {@code wal_level=minimal} an idle server adds no records.
 *
 * <p>A switch that ends with its segment is made of bytes only. PostgreSQL then takes the end for the place after the
 * next page's header, where there is no WAL yet, and its WAL writer panics: {@code xlog write request 0/F00000 is past
 * end of log} ({@code REL_18 xlog.c XLogInsertRecord}, {@code XLogBackgroundFlush}).
 */
class EndsOfServersWalTest {
    private static final int PAGE = 8192;
    private static final int SEGMENT = 1 << 20;
    private static final int PAGE_HEADER = 24;
    private static final int SEGMENT_HEADER = 40;
    /** A message's record less its text: {@code XLogRecord}, a short header, {@code xl_logical_message}, a NUL. */
    private static final int MESSAGE = 24 + 2 + 24 + 1;
    private static final int LONGEST_AFTER_A_SHORT_HEADER = 255 - 24 - 1;
    private static final int LONG_HEADER = 3;
    private static final int SMALL = 56;
    private static final int SWITCH = 24;

    @TempDir
    Path home;

    private enum Ending {
        CROSSES_A_PAGE(PAGE, 104, 304), CROSSES_A_SEGMENT(SEGMENT, 104, 304), CROSSES_MANY_PAGES(SEGMENT, 104, 50_000),
        HEADER_CROSSES_A_PAGE(PAGE, 16, 304), HEADER_CROSSES_A_SEGMENT(SEGMENT, 8, 304),
        ENDS_WITH_ITS_PAGE(PAGE, 0, 0), ENDS_WITH_ITS_SEGMENT(SEGMENT, 0, 0),
        SMALL_ONE_AFTER_A_PAGE(PAGE, 0, SMALL), SMALL_ONE_AFTER_A_SEGMENT(SEGMENT, 0, SMALL),
        SWITCH_ENDS_WITH_ITS_PAGE(PAGE, SWITCH, SWITCH);

        private final int unit;
        private final int before;
        private final int last;

        /**
         * @param unit   a page or a segment
         * @param before how many bytes before the end of one the last record but one ends
         * @param last   the length of the last record; 0 for none
         */
        Ending(int unit, int before, int last) {
            this.unit = unit;
            this.before = before;
            this.last = last;
        }
    }

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void isWhereTheServerSays(int major) throws Exception {
        try (PlainCluster cluster = PlainCluster.initdb(home.resolve("data"), TestPostgres.major(major), "--locale=C",
                "--wal-segsize=1")) {
            cluster.configure("wal_level = minimal", "max_wal_senders = 0", "autovacuum = off", "fsync = off",
                    "wal_keep_size = 1GB", "max_wal_size = 1GB", "checkpoint_timeout = 1h",
                    "wal_writer_delay = 10ms").start();
            WalSource source = WalSource.of(
                    ControlFile.read(cluster.data().resolve("global/pg_control")).identity(),
                    cluster.data().resolve("pg_wal"));
            Lsn last = Lsn.ZERO;
            try (Connection connection = cluster.connect(); Statement statement = connection.createStatement()) {
                Server server = new Server(statement);
                for (Ending ending : Ending.values()) {
                    last = check(ending, server, source);
                }
            }
            assertRecoveryGoesOnAfter(last, cluster, source);
        }
    }

    /** The start of the last record. */
    private static Lsn check(Ending ending, Server server, WalSource source) throws Exception {
        Lsn filled = server.fill(ending.unit, ending.before);
        assertEquals(ending.unit - ending.before, (filled.value() - 1) % ending.unit + 1, ending.toString());
        Lsn end = switch (ending.last) {
            case 0 -> filled;
            case SWITCH -> server.switchSegment();
            default -> server.message(ending.last);
        };
        server.awaitFlush();
        Lsn start = Lsn.ZERO;
        for (EndOfWal.Mode mode : EndOfWal.Mode.values()) {
            EndOfWal found = EndOfWal.find(source, Optional.empty(), mode);
            assertEquals(end, found.end(), () -> ending + " " + mode + ": " + found.why());
            start = found.lastRecord().orElseThrow();
            assertTrue(ending.last == 0 || !start.isBefore(filled), ending::toString);
            assertEquals(end, EndOfWal.find(source, Optional.of(start), mode).end(), () -> ending + " " + mode);
        }
        return start;
    }

    /** The next record that the server writes links to the last one: it came to the same end. */
    private static void assertRecoveryGoesOnAfter(Lsn last, PlainCluster cluster, WalSource source) throws Exception {
        cluster.crash().start();
        try (WalReader reader = WalReader.from(source, last)) {
            assertTrue(reader.next() && reader.next(), () -> reader.why().toString());
            assertEquals(last, reader.previous());
        }
    }

    /** Writes records of exact lengths. */
    private record Server(Statement statement) {
        /** Writes up to {@code before} bytes before the end of a page or segment. */
        Lsn fill(int unit, int before) throws SQLException {
            long at = insertPosition().value();
            long target = at + unit - 1 & -(long) unit;
            while (usable(at, target - before) < SMALL) {
                target += unit;
            }
            return message((int) usable(at, target - before));
        }

        /** The bytes between two places that are not of page headers. */
        private static long usable(long from, long to) {
            long bytes = to - from;
            for (long page = from + PAGE - 1 & -PAGE; page < to; page += PAGE) {
                bytes -= page % SEGMENT == 0 ? SEGMENT_HEADER : PAGE_HEADER;
            }
            return bytes;
        }

        /** @param length of the whole record, at least {@link #SMALL} */
        Lsn message(int length) throws SQLException {
            int text = length - MESSAGE;
            text -= text > LONGEST_AFTER_A_SHORT_HEADER ? LONG_HEADER : 0;
            return lsn("select pg_logical_emit_message(false, '', repeat('x', " + text + "))");
        }

        /** The end of the segment. */
        Lsn switchSegment() throws SQLException {
            Lsn end = lsn("select pg_switch_wal()");
            return new Lsn(end.value() + SEGMENT - 1 & -(long) SEGMENT);
        }

        /** After a page header, if one comes next. */
        private Lsn insertPosition() throws SQLException {
            return lsn("select pg_current_wal_insert_lsn()");
        }

        void awaitFlush() throws SQLException, InterruptedException {
            while (lsn("select pg_current_wal_flush_lsn()").value() + SEGMENT_HEADER < insertPosition().value()) {
                Thread.sleep(5);
            }
        }

        private Lsn lsn(String query) throws SQLException {
            try (ResultSet row = statement.executeQuery(query)) {
                row.next();
                return Lsn.parse(row.getString(1));
            }
        }
    }
}
