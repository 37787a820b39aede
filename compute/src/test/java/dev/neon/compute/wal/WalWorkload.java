package dev.neon.compute.wal;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.wal.WorkloadScript.Action;
import dev.neon.compute.wal.WorkloadScript.Step;
import dev.neon.compute.workspace.PlainCluster;
import dev.neon.postgres.ControlFile;
import dev.neon.repo.Lsn;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A server that has just written WAL of as many record types as {@code workload.sql} provokes, all of it still there,
 * in one {@code pg_wal} from initdb on. It runs; closing it kills it.
 */
public final class WalWorkload implements AutoCloseable {
    private static final String[] SETTINGS = {"wal_level = logical", "track_commit_timestamp = on",
            "max_prepared_transactions = 10", "allow_in_place_tablespaces = on", "autovacuum = off", "fsync = off",
            "wal_keep_size = 8GB", "min_wal_size = 64MB", "max_wal_size = 8GB", "max_connections = 20",
            "shared_buffers = 64MB", "maintenance_work_mem = 4MB", "checkpoint_timeout = 1h"};
    private static final String MAIN = "main";

    private final PlainCluster cluster;
    private final int major;
    private final Lsn first;
    private final Map<String, Connection> sessions = new LinkedHashMap<>();
    private String current = MAIN;

    private WalWorkload(PlainCluster cluster, int major, Lsn first) {
        this.cluster = cluster;
        this.major = major;
        this.first = first;
    }

    /** Is shown the data directory before the server starts. */
    @FunctionalInterface
    public interface Fresh {
        void see(Path data) throws IOException;
    }

    /**
     * Makes the cluster in {@code home}, which must be empty, and runs the whole workload.
     *
     * @param fresh    may keep what stood there before the first record
     * @param settings lines for postgresql.conf besides this class's own
     */
    public static WalWorkload run(Path home, PostgresBinaries postgres, Fresh fresh, String... settings)
            throws IOException, InterruptedException, SQLException {
        return runLogged(home, postgres, fresh, settings).perform(WorkloadScript.minimal());
    }

    /** The whole workload, on a copy of what {@link FinishedWorkload} has of it. */
    public static WalWorkload run(Path home, int major) throws IOException, InterruptedException, SQLException {
        FinishedWorkload finished = FinishedWorkload.of(major);
        PlainCluster cluster = finished.copy(home.resolve("data")).start();
        return new WalWorkload(cluster, major, finished.first()).perform(WorkloadScript.minimal());
    }

    /** Without the part at {@code wal_level=minimal}. */
    static WalWorkload runLogged(Path home, PostgresBinaries postgres, Fresh fresh, String... settings)
            throws IOException, InterruptedException, SQLException {
        PlainCluster cluster = PlainCluster.initdb(home.resolve("data"), postgres, "--locale=C", "--encoding=UTF8",
                "--data-checksums", "--wal-segsize=1");
        Lsn first = control(cluster).checkPointLsn();
        fresh.see(cluster.data());
        return new WalWorkload(cluster.configure(SETTINGS).configure(settings).start(), postgres.major(), first)
                .perform(WorkloadScript.logged());
    }

    private WalWorkload perform(List<Step> steps) throws IOException, InterruptedException, SQLException {
        try {
            for (Step step : steps) {
                if (step.isFor(major)) {
                    perform(step.action());
                }
            }
            return this;
        } catch (IOException | SQLException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void perform(Action action) throws IOException, InterruptedException, SQLException {
        switch (action) {
            case Action.Statement statement -> execute(statement.sql().replace("@FILE@", data() + "/copied"));
            case Action.Session session -> {
                current = session.name();
                session(session.database());
            }
            case Action.Setting setting -> set(setting.name(), setting.value());
            case Action.Restart restart -> restart(restart);
        }
    }

    private Connection session(String database) throws SQLException {
        Connection open = sessions.get(current);
        if (open == null) {
            open = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + cluster.port() + "/" + database
                    + "?preferQueryMode=simple", "postgres", "");
            sessions.put(current, open);
        }
        return open;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = session("postgres").createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        } catch (SQLException e) {
            throw new SQLException("PostgreSQL " + major + ", session " + current + ": " + sql, e);
        }
    }

    /** Not every server was built with every method of compression: a value that this one lacks is passed over. */
    private void set(String name, String value) throws SQLException {
        if (cluster.query("select 1 from pg_settings where name = '" + name + "' and (enumvals is null or '" + value
                + "' = any (enumvals))").isEmpty()) {
            return;
        }
        execute("alter system set " + name + " = " + value);
        execute("select pg_reload_conf()");
        execute("select pg_sleep(0.2)");
    }

    private void restart(Action.Restart restart) throws IOException, InterruptedException {
        sessions.clear();
        current = MAIN;
        if (restart.crash()) {
            cluster.crash();
        } else {
            cluster.stop();
        }
        cluster.start(restart.settings().toArray(String[]::new));
    }

    public PlainCluster cluster() {
        return cluster;
    }

    public int major() {
        return major;
    }

    public Path data() {
        return cluster.data();
    }

    /** The start of the first record: the checkpoint that ended initdb. */
    public Lsn first() {
        return first;
    }

    public WalSource wal() {
        return WalSource.of(control(cluster).identity(), data().resolve("pg_wal"));
    }

    private static ControlFile control(PlainCluster cluster) {
        return ControlFile.read(cluster.data().resolve("global/pg_control"));
    }

    /** The rows of a query's only column, as text. */
    public ResultSet query(String sql) throws SQLException {
        Statement statement = session("postgres").createStatement();
        statement.setFetchSize(10_000);
        return statement.executeQuery(sql);
    }

    @Override
    public void close() throws InterruptedException {
        cluster.close();
    }
}
