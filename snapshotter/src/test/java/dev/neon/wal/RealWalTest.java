package dev.neon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.wal.EndOfWal.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The WAL of a real server that was killed at work, against what PostgreSQL's own tools read from the same files. */
class RealWalTest {
    private record Dumped(String rmgr, int length, int xid, Lsn start, Lsn previous) {}

    private static final Pattern LINE = Pattern.compile("rmgr: (\\S+) +len \\(rec/tot\\): +\\d+/ *(\\d+), tx: +(\\d+),"
            + " lsn: (\\S+), prev (\\S+), desc: .*");
    private static final List<String> RMGRS = List.of("XLOG", "Transaction", "Storage", "CLOG", "Database",
            "Tablespace", "MultiXact", "RelMap", "Standby", "Heap2", "Heap", "Btree", "Hash", "Gin", "Gist",
            "Sequence", "SPGist", "BRIN", "CommitTs", "ReplicationOrigin", "Generic", "LogicalMessage");

    @TempDir
    static Path home;

    private static LocalCluster cluster;
    private static WalSource source;
    private static Lsn first;
    private static List<Dumped> dumped;
    private static String dumpEnd;

    @BeforeAll
    static void killAServerAtWork() throws Exception {
        try (LocalCluster started = LocalCluster.start(home, 1)) {
            cluster = started;
            cluster.pgbench("-i", "-s", "2");
            cluster.sql("create table t (a int primary key, b text)",
                    "insert into t select i, repeat('x', i % 3000) from generate_series(1, 20000) i",
                    "select pg_switch_wal()", "create index on t using hash (a)", "vacuum full t",
                    "checkpoint",
                    "create database d strategy wal_log", "begin", "insert into t values (-1, 'p')",
                    "prepare transaction 'p'", "select pg_switch_wal()");
            cluster.killUnderPgbench(1000, "-n", "-c", "4", "-t", "100000");
        }
        ControlFile control = ControlFile.read(cluster.data().resolve("global/pg_control"));
        source = WalSource.of(control.identity(), cluster.wal());
        try (RecordFinder finder = new RecordFinder(source)) {
            first = finder.first(source.begin().orElseThrow(), source.segmentSize()).orElseThrow();
        }
        dumped = new ArrayList<>();
        for (String line : cluster.lines("pg_waldump", "-p", cluster.wal().toString(), "-s", first.toString())) {
            Matcher record = LINE.matcher(line);
            if (record.matches()) {
                dumped.add(new Dumped(record.group(1), Integer.parseInt(record.group(2)),
                        Integer.parseUnsignedInt(record.group(3)), Lsn.parse(record.group(4)),
                        Lsn.parse(record.group(5))));
            } else {
                dumpEnd = line;
            }
        }
        assertTrue(dumped.size() > 20_000, dumpEnd);
    }

    private static Lsn end() {
        return EndOfWal.find(source, Optional.empty(), Mode.FULL_LAST_SEGMENT).end();
    }

    @Test
    void recordsAreThoseOfWaldump() {
        List<Dumped> read = new ArrayList<>();
        try (WalReader reader = WalReader.from(source, first)) {
            while (reader.next()) {
                assertEquals(reader.length(), reader.copyBytes().length);
                read.add(new Dumped(RMGRS.get(reader.rmid()), reader.length(), reader.xid(), reader.start(),
                        reader.previous()));
            }
        }
        for (int i = 0; i < Math.min(read.size(), dumped.size()); i++) {
            assertEquals(dumped.get(i), read.get(i));
        }
        assertEquals(dumped.size(), read.size(), dumpEnd);
    }

    @Test
    void everyRecordHasABodyThatAddsUp() {
        int records = 0;
        try (WalReader reader = WalReader.from(source, first)) {
            while (reader.next()) {
                WalRecord record = reader.record();
                assertEquals(record.mainLength(), record.main().remaining());
                records++;
            }
        }
        assertEquals(dumped.size(), records, dumpEnd);
    }

    @Test
    void endIsWhereWaldumpStops() {
        for (Mode mode : Mode.values()) {
            for (Dumped known : List.of(dumped.getFirst(), dumped.get(dumped.size() / 2), dumped.getLast())) {
                assertEquals(Optional.of(dumped.getLast().start()),
                        EndOfWal.find(source, Optional.of(known.start()), mode).lastRecord(), dumpEnd);
            }
            assertEquals(Optional.of(dumped.getLast().start()),
                    EndOfWal.find(source, Optional.empty(), mode).lastRecord(), dumpEnd);
        }
    }

    @Test
    void positionsAreWhatTheListOfRecordsSays() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Lsn end = end();
        TreeMap<Lsn, Lsn> ends = new TreeMap<>();
        try (WalReader reader = WalReader.from(source, first)) {
            while (reader.next()) {
                ends.put(reader.start(), reader.end());
            }
        }
        RecordBoundaries boundaries = RecordBoundaries.of(source, end);
        for (int i = 0; i < 3000; i++) {
            Lsn lsn = i % 3 == 0 ? dumped.get(random.nextInt(1, dumped.size())).start()
                    : i % 3 == 1 ? first.plus(random.nextLong(1, end.minus(first)))
                            : new Lsn(first.plus(random.nextLong(3 * 8192, end.minus(first))).value() & -8192);
            Map.Entry<Lsn, Lsn> before = ends.lowerEntry(lsn);
            WalPosition expected = !lsn.isBefore(before.getValue()) ? new WalPosition.Boundary(before.getValue())
                    : new WalPosition.Inside(Optional.ofNullable(ends.lowerEntry(before.getKey()))
                            .map(Map.Entry::getValue).orElse(new Lsn(first.value() & -8192)), before.getValue());
            assertEquals(expected, boundaries.locate(lsn), () -> "seed " + seed + ", LSN " + lsn);
        }
        assertEquals(new WalPosition.Boundary(end), boundaries.locate(end));
        assertInstanceOf(WalPosition.BeyondEnd.class, boundaries.locate(end.plus(1 << 20)));
        assertInstanceOf(WalPosition.BeforeHistory.class, boundaries.locate(new Lsn(77)));
    }

    @Test
    void checkPointOfTheControlFileIsTheOneInWal() {
        ControlFile control = ControlFile.read(cluster.data().resolve("global/pg_control"));
        try (WalReader reader = WalReader.from(source, control.checkPointLsn())) {
            assertTrue(reader.next());
            assertEquals(control.checkPointLsn(), reader.start());
            byte[] body = reader.record().main().rest();
            assertTrue(control.checkPointMatches(body));
            body[0] ^= 1;
            assertFalse(control.checkPointMatches(body));
        }
    }

    @Test
    void controlFileSaysWhatControldataSays() throws Exception {
        Map<String, String> said = new TreeMap<>();
        for (String line : cluster.lines("pg_controldata", cluster.data().toString())) {
            int colon = line.indexOf(':');
            said.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        ControlFile control = ControlFile.read(cluster.data().resolve("global/pg_control"));
        assertEquals(said.get("Database system identifier"), Long.toUnsignedString(control.systemIdentifier()));
        assertEquals(said.get("pg_control version number"), Integer.toString(control.controlVersion()));
        assertEquals(said.get("Catalog version number"), Integer.toString(control.major().catalogVersion()));
        assertEquals(said.get("Database cluster state"), control.state().toString());
        assertEquals(said.get("Latest checkpoint location"), control.checkPointLsn().toString());
        assertEquals(said.get("Latest checkpoint's REDO location"), control.checkPoint().redo().toString());
        assertEquals(said.get("Latest checkpoint's TimeLineID"), Integer.toString(control.checkPoint().timeline()));
        assertEquals(said.get("Latest checkpoint's NextXID"), (control.checkPoint().nextXid() >>> 32) + ":"
                + (control.checkPoint().nextXid() & 0xFFFFFFFFL));
        assertEquals(said.get("Latest checkpoint's NextOID"), Long.toString(control.checkPoint().nextOid()));
        assertEquals(said.get("Latest checkpoint's NextMultiXactId"), Long.toString(control.checkPoint().nextMulti()));
        assertEquals(said.get("Latest checkpoint's oldestXID"), Long.toString(control.checkPoint().oldestXid()));
        assertEquals(said.get("Latest checkpoint's oldestActiveXID"),
                Long.toString(control.checkPoint().oldestActiveXid()));
        assertEquals(said.get("Minimum recovery ending location"), control.minRecoveryPoint().toString());
        assertEquals(said.get("Bytes per WAL segment"), Integer.toString(control.segmentSize()));
        assertEquals(said.get("Data page checksum version"), Integer.toString(control.checksumVersion()));
        assertEquals(said.get("End-of-backup record required"), control.backupEndRequired() ? "yes" : "no");
    }
}
