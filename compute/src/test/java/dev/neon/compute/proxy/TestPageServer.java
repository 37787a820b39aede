package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.repository.Repository;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A page server in this process, on a repository of its own; closing it ends all its servers. */
final class TestPageServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final TestWorkspace neon;
    private PageServer server;

    private TestPageServer(TestWorkspace neon, Map<String, String> settings) {
        this.neon = neon;
        settings.forEach(neon.workspace().repository().config()::set);
        this.server = open();
    }

    private PageServer open() {
        Workspace first = neon.workspace();
        return PageServer.start(new ListenAddress("127.0.0.1", 0),
                () -> new Workspace(Repository.open(neon.directory(), first.repository().context()), first.postgres()), log::add);
    }

    /** Closes it and starts another, which reads the settings anew. */
    void restart() {
        server.close();
        server = open();
    }

    /** @param settings of the repository's configuration */
    static TestPageServer start(TestWorkspace neon, Map<String, String> settings) {
        return new TestPageServer(neon, settings);
    }

    TestWorkspace neon() {
        return neon;
    }

    PageServer server() {
        return server;
    }

    int port() {
        return server.address().port();
    }

    Instance instance(String branch) {
        return neon.workspace().instances().require(neon.timeline(branch), branch);
    }

    /** How many servers were started for clients. */
    long starts() {
        return log.stream().filter(line -> line.startsWith("started the server")).count();
    }

    /** What it has logged. */
    String log() {
        return String.join("\n", log);
    }

    /** @param properties of pgJDBC, names and values in turn */
    Connection connect(String database, String... properties) throws SQLException {
        return connect(port(), database, properties);
    }

    /** A session on any server of this machine; without TLS unless the properties ask for it. */
    static Connection connect(int port, String database, String... properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", "postgres");
        all.setProperty("password", "");
        all.setProperty("sslmode", "disable");
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + '/'
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20"), all);
    }

    /** The first column of the first row. */
    static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Waits until something is so, which a log of the server explains if it never is. */
    void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, () -> what + ":\n" + log());
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        server.close();
        neon.close();
    }
}
