package dev.neon.compute.redo;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.binaries.TestPostgres;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.wal.WalSource;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A heap so large that its visibility map has two pages, block 32,672 being the first of the second: updates from one to
 * the other and truncations that cut each. The oldest major tells by flags that bits are cleared, the newest refers to
 * the map.
 */
class LargeHeapRedoTest {
    /** One row in each of 35,000 blocks, not logged. */
    private static final String[] BEFORE = {"begin",
            "create table large (a int, b text) with (fillfactor = 10, autovacuum_enabled = off)",
            "alter table large alter column b set storage plain",
            "insert into large select i, repeat('x', 900) from generate_series(0, 34999) i", "commit",
            "vacuum (freeze) large"};

    private static final String[] LOGGED = {
            // Empty blocks of both pages of the map, which only wide rows are put into.
            delete(10), delete(20), delete(30), delete(33_000), delete(33_010), delete(33_020), "vacuum large",
            widen(5), widen(32_700), widen(6), widen(32_701),
            "insert into large values (-1, repeat('z', 7500))", "insert into large values (-2, repeat('z', 7500))",
            lock(7), lock(32_702), delete(8), delete(32_703), "update large set a = a where " + row(9),
            "update large set a = a where " + row(32_704), "vacuum large",
            "delete from large where ctid >= '(33900,0)'", "vacuum large",
            "delete from large where ctid >= '(32600,0)'", "vacuum large",
            "insert into large select i, repeat('x', 900) from generate_series(1, 200) i", "vacuum large"};

    @TempDir
    Path home;

    @Test
    void pagesAreThoseOfPostgres() throws Exception {
        compare(PostgresBinaries.NEWEST_MAJOR);
    }

    @Test
    @Tag("nightly")
    void pagesAreThoseOfTheOldestPostgres() throws Exception {
        compare(PostgresBinaries.OLDEST_MAJOR);
    }

    private static String row(int block) {
        return "ctid = '(" + block + ",1)'";
    }

    private static String delete(int block) {
        return "delete from large where " + row(block);
    }

    private static String widen(int block) {
        return "update large set b = repeat('y', 7500) where " + row(block);
    }

    private static String lock(int block) {
        return "select a from large where " + row(block) + " for key share";
    }

    private void compare(int major) throws Exception {
        Path before = home.resolve("before");
        try (PlainCluster cluster = PlainCluster.initdb(home.resolve("data"), TestPostgres.major(major),
                "--data-checksums")) {
            cluster.configure("fsync = off", "wal_keep_size = 8GB", "autovacuum = off")
                    .start("wal_level=minimal", "max_wal_senders=0").execute(BEFORE);
            cluster.stop();
            BasePages.copy(cluster.data(), before);
            ControlFile control = ControlFile.read(cluster.data().resolve("global/pg_control"));
            Lsn first = control.checkPointLsn();
            cluster.start("wal_consistency_checking=all").execute(LOGGED);
            cluster.stop();
            RedoOracleTest.compare("a large heap",
                    WalSource.of(control.identity(), cluster.data().resolve("pg_wal")), first, before, cluster.data());
        }
    }
}
