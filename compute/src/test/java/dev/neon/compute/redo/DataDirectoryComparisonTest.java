package dev.neon.compute.redo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.page.Page;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two copies of a cluster are alike until one of them is changed. */
class DataDirectoryComparisonTest {
    /** Between 226 line pointers and as many rows of 32 bytes. */
    private static final int HOLE = 932;

    @TempDir
    Path home;

    private Path one;
    private Path other;
    private String table;

    @BeforeEach
    void cluster() throws Exception {
        one = home.resolve("one");
        other = home.resolve("other");
        try (PlainCluster cluster = PlainCluster.init(one, TestPostgres.major(18))
                .configure("max_prepared_transactions = 2", "fsync = off", "autovacuum = off").start()) {
            cluster.execute("create table t (a int)", "insert into t select generate_series(1, 1000)", "vacuum t",
                    "begin; insert into t values (0); prepare transaction 'open'");
            table = cluster.query("select pg_relation_filepath('t')").getFirst();
            cluster.stop();
        }
        try (Stream<Path> files = Files.walk(one)) {
            for (Path file : files.toList()) {
                Files.copy(file, other.resolve(one.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private List<String> differences() {
        DataDirectoryComparison.Result result = DataDirectoryComparison.compare(one, other);
        assertTrue(result.pages() > 1000);
        return result.differences();
    }

    private void write(String file, long at, int... bytes) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(other.resolve(file).toFile(), "rw")) {
            open.seek(at);
            for (int value : bytes) {
                open.write(value);
            }
        }
    }

    private String only() {
        List<String> differences = differences();
        assertEquals(1, differences.size(), differences::toString);
        return differences.getFirst();
    }

    private void assertOnly(String expected) {
        String difference = only();
        assertTrue(difference.startsWith(expected), difference);
    }

    @Test
    void copiesAreAlike() {
        assertEquals(List.of(), differences());
    }

    @Test
    void whatMasksHideAndFreeSpaceMapsDoNotCount() throws Exception {
        write(table, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        write(table, HOLE, 1);
        Files.delete(other.resolve(table + "_fsm"));
        assertEquals(List.of(), differences());
    }

    @Test
    void bytesOfRowsAndMaps() throws Exception {
        write(table, 2L * Page.SIZE - 8, 7);
        assertOnly(table + " block 1: ");
    }

    @Test
    void bitsOfVisibilityMaps() throws Exception {
        write(table + "_vm", Page.HEADER, 0);
        assertOnly(table + "_vm block 0: ");
    }

    @Test
    void sizes() throws Exception {
        write(table, Files.size(other.resolve(table)), new int[Page.SIZE]);
        assertOnly(table + ": 6 blocks, but PostgreSQL has 5");
    }

    @Test
    void relationsThatOnlyOneHas() throws Exception {
        Files.delete(other.resolve(table));
        assertOnly(table + ": only PostgreSQL has it");
        Files.copy(one.resolve(table), other.resolve(table));
        Files.createFile(other.resolve("base/5/99999"));
        assertOnly("base/5/99999: only neon has it");
    }

    @Test
    void transactionsMapsAndPreparedOnes() throws Exception {
        write("pg_xact/0000", 100, 0);
        assertOnly("pg_xact/0000: differs from byte 100 on");
        write("global/pg_filenode.map", 8, 99);
        Files.delete(Files.list(other.resolve("pg_twophase")).findFirst().orElseThrow());
        assertEquals(3, differences().size());
    }

    @Test
    void countersOfTheControlFile() throws Exception {
        try (PlainCluster cluster = PlainCluster.at(other, TestPostgres.major(18)).start()) {
            cluster.query("select txid_current()");
            cluster.stop();
        }
        assertTrue(differences().stream().anyMatch(difference -> difference.startsWith("pg_control: nextXid is ")),
                () -> differences().toString());
    }
}
