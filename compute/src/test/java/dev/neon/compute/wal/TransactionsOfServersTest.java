package dev.neon.compute.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.postgres.ForkNumber;
import dev.neon.postgres.RelationPath;
import dev.neon.postgres.TimestampTz;
import dev.neon.repo.Lsn;
import dev.neon.repo.RelFileLocator;
import dev.neon.dialect.WalDialect;
import dev.neon.rmgr.transaction.Completion;
import dev.neon.rmgr.transaction.TransactionEnd;
import dev.neon.rmgr.transaction.TransactionRecord;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalRecord;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the records of transactions say is what the server knows of these transactions. */
class TransactionsOfServersTest {
    private static final int TRANSACTION = 1;

    @TempDir
    Path home;
    private final List<Completion> commits = new ArrayList<>();
    private final List<Completion> aborts = new ArrayList<>();
    private final List<TransactionRecord.Prepare> prepared = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("dev.neon.compute.binaries.TestPostgres#someMajors")
    void recordsSayWhatTheServerKnows(int major) throws Exception {
        try (PlainCluster cluster = PlainCluster.init(home.resolve("data"), TestPostgres.major(major))) {
            Lsn first = ControlFile.read(cluster.data().resolve("global/pg_control")).checkPointLsn();
            cluster.configure("wal_level = logical", "track_commit_timestamp = on", "max_prepared_transactions = 4",
                    "autovacuum = off", "fsync = off").start();
            cluster.execute("create table dropped (a serial primary key)", "create table kept (a int)");
            List<String> files = cluster.query("select pg_relation_filepath(oid) from pg_class"
                    + " where relname in ('dropped', 'dropped_a_seq', 'dropped_pkey') order by 1");
            cluster.execute("begin", "insert into kept values (1)", "savepoint s", "insert into kept values (2)",
                    "drop table dropped", "create table made (a int)", "prepare transaction 'its name'", "checkpoint");
            byte[] state = onlyFile(cluster.data().resolve("pg_twophase"));
            cluster.execute("commit prepared 'its name'");
            cluster.execute("begin", "insert into kept values (3)", "prepare transaction 'another'",
                    "rollback prepared 'another'");
            cluster.execute("begin", "create table never (a int)", "savepoint s", "insert into never values (1)",
                    "release s", "rollback");
            cluster.query("select pg_switch_wal()");

            read(cluster, first);
            isTheFile(prepared.getFirst(), state);
            wasCommitted(commits.stream().filter(Completion::prepared).findFirst().orElseThrow(), prepared.getFirst(),
                    files, cluster);
            Completion rolledBack = aborts.getFirst();
            assertEquals(Optional.of("another"), rolledBack.gid());
            assertEquals(prepared.getLast().xid(), rolledBack.xid());
            assertEquals(1, aborts.getLast().subtransactions().length);
            assertEquals(1, aborts.getLast().relations().size());
            timesAreTheServers(cluster);
        }
    }

    private static byte[] onlyFile(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return Files.readAllBytes(files.toList().getFirst());
        }
    }

    private void read(PlainCluster cluster, Lsn first) {
        ControlFile control = ControlFile.read(cluster.data().resolve("global/pg_control"));
        WalDialect dialect = WalDialect.of(control.major());
        WalSource wal = WalSource.of(control.identity(), cluster.data().resolve("pg_wal"));
        try (WalReader reader = WalReader.from(wal, first)) {
            while (reader.next()) {
                if (reader.rmid() == TRANSACTION) {
                    WalRecord record = reader.record();
                    take((TransactionRecord) dialect.manager(TRANSACTION).decode(record), record);
                }
            }
        }
    }

    private void take(TransactionRecord said, WalRecord record) {
        switch (said) {
            case TransactionRecord.Commit(Completion commit) -> {
                commits.add(commit);
                isTheEnd(commit, record);
            }
            case TransactionRecord.Abort(Completion abort) -> {
                aborts.add(abort);
                isTheEnd(abort, record);
            }
            case TransactionRecord.Prepare prepare -> prepared.add(prepare);
            case TransactionRecord.Assignment none -> assertFalse(TransactionEnd.isEnd(record));
            case TransactionRecord.Invalidations none -> assertFalse(TransactionEnd.isEnd(record));
        }
    }

    private static void isTheEnd(Completion end, WalRecord record) {
        assertTrue(TransactionEnd.isEnd(record));
        assertEquals(end.xid(), TransactionEnd.xid(record));
        assertEquals(end.time(), TransactionEnd.time(record));
    }

    private static void isTheFile(TransactionRecord.Prepare prepare, byte[] file) {
        assertEquals("its name", prepare.gid());
        assertArrayEquals(Arrays.copyOf(file, file.length - 4), prepare.state());
        CRC32C crc = new CRC32C();
        crc.update(prepare.state());
        ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(content.getInt(file.length - 4), (int) crc.getValue());
        assertEquals(1, prepare.abortRelations().size());
    }

    private static void wasCommitted(Completion commit, TransactionRecord.Prepare prepare, List<String> files,
            PlainCluster cluster) throws SQLException {
        assertEquals(Optional.of("its name"), commit.gid());
        assertEquals(prepare.xid(), commit.xid());
        assertArrayEquals(prepare.subtransactions(), commit.subtransactions());
        assertEquals(1, commit.subtransactions().length);
        assertEquals(prepare.commitRelations(), commit.relations());
        assertEquals(files, paths(commit.relations(), cluster));
        assertEquals(prepare.commitStatistics(), commit.statistics());
        assertEquals(prepare.invalidations(), commit.invalidations());
        assertFalse(commit.invalidations().isEmpty());
        assertEquals(cluster.query("select oid from pg_database where datname = current_database()"),
                List.of(Integer.toUnsignedString(commit.database())));
    }

    private static List<String> paths(List<RelFileLocator> relations, PlainCluster cluster) {
        return relations.stream().map(relation -> RelationPath.of(ControlFile.read(cluster.data()
                .resolve("global/pg_control")).major(), relation, ForkNumber.MAIN)).sorted().toList();
    }

    private void timesAreTheServers(PlainCluster cluster) throws SQLException {
        assertTrue(commits.size() >= 3);
        for (Completion commit : commits) {
            String text = cluster.query("select (extract(epoch from pg_xact_commit_timestamp('" + commit.xid()
                    + "'::xid)) * 1000000)::bigint").getFirst();
            assertEquals(TimestampTz.toInstant(commit.time()),
                    Instant.EPOCH.plusNanos(Long.parseLong(text) * 1000));
        }
    }
}
