package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.fail;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.workspace.TestWorkspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * One server, and the ways to it: to its own port as the control, and through the page server, in the clear and by TLS. It is on a branch that
 * is not HEAD, and has wal_level logical and a role {@code secured} with the password {@code right}, by SCRAM.
 */
final class BothWays implements AutoCloseable {
    private static final String BRANCH = "heikki";

    private final TestPageServer pageServer;

    private BothWays(TestPageServer pageServer) {
        this.pageServer = pageServer;
    }

    static BothWays open(Path directory, PostgresBinaries postgres) throws Exception {
        TestWorkspace neon = TestWorkspace.init(directory, postgres);
        neon.start("main");
        neon.execute("main", "CREATE ROLE secured LOGIN PASSWORD 'right'", "ALTER SYSTEM SET wal_level = logical",
                "ALTER SYSTEM SET lc_messages = 'C'");
        Path access = neon.workspace().repository().dataDirectory(neon.timeline("main")).resolve("pg_hba.conf");
        Files.writeString(access, "host all secured 127.0.0.1/32 scram-sha-256\n" + Files.readString(access));
        neon.stop("main");
        neon.branch(BRANCH, "main");
        BothWays both = new BothWays(TestPageServer.start(neon, Map.of()));
        both.pageServer.connect("postgres@" + BRANCH).close();
        return both;
    }

    /** What can be done with a way to the server. */
    interface Use<T> {
        T with(Way way) throws Exception;
    }

    /**
     * A way to the server.
     *
     * @param name     {@code direct}, which goes around the page server, {@code clear} or {@code tls}
     * @param database its name as a client has to give it
     */
    record Way(String name, int port, String database) {
        boolean isTls() {
            return name.equals("tls");
        }

        /** For libpq: the branch is in {@code options}. */
        String libpq(String... more) {
            return "host=127.0.0.1 user=postgres port=" + port + (database.contains("@") ? " options=branch=" + BRANCH : "")
                    + " sslmode=" + sslMode() + ' ' + String.join(" ", more);
        }

        Connection connect(String... properties) throws SQLException {
            List<String> all = new ArrayList<>(List.of("sslmode", sslMode()));
            all.addAll(List.of(properties));
            return TestPageServer.connect(port, database, all.toArray(String[]::new));
        }

        private String sslMode() {
            return isTls() ? "require" : "disable";
        }
    }

    Way direct() {
        return new Way("direct", pageServer.instance(BRANCH).port(), "postgres");
    }

    Way proxied() {
        return new Way("clear", pageServer.port(), "postgres@" + BRANCH);
    }

    private Way encrypted() {
        return new Way("tls", pageServer.port(), "postgres@" + BRANCH);
    }

    List<Way> ways() {
        return List.of(direct(), proxied(), encrypted());
    }

    /** Does something in each way, one after the other, which has to give the same; that is returned. */
    <T> T same(Use<T> use) throws Exception {
        return same(ways(), use);
    }

    /** What can be done in a session. */
    interface InSession<T> {
        T with(Connection connection, Statement statement) throws Exception;
    }

    /** As the other, with a session of its own in each way. */
    <T> T sameInSession(InSession<T> use) throws Exception {
        return same(way -> {
            try (Connection connection = way.connect(); Statement statement = connection.createStatement()) {
                return use.with(connection, statement);
            }
        });
    }

    /** As the other, without TLS: for what speaks the bare protocol. */
    <T> T sameInTheClear(Use<T> use) throws Exception {
        return same(List.of(direct(), proxied()), use);
    }

    private static <T> T same(List<Way> ways, Use<T> use) throws Exception {
        T control = use.with(ways.getFirst());
        for (Way way : ways.subList(1, ways.size())) {
            T proxied = use.with(way);
            if (!control.equals(proxied)) {
                fail(way.name() + ", it is otherwise: " + difference(control.toString(), proxied.toString()));
            }
        }
        return control;
    }

    /** Where two texts begin to differ; whole they may be megabytes. */
    private static String difference(String control, String proxied) {
        int at = Arrays.mismatch(control.toCharArray(), proxied.toCharArray());
        return "from character " + at + " on, <" + piece(control, at) + "> became <" + piece(proxied, at) + '>';
    }

    private static String piece(String text, int at) {
        return text.substring(Math.clamp(at - 100, 0, text.length()), Math.clamp(at + 300, 0, text.length()));
    }

    TestPageServer pageServer() {
        return pageServer;
    }

    /** Waits for something that the server is to show. */
    void awaitRow(String what, String sql) throws Exception {
        try (Connection connection = direct().connect()) {
            Callable<Boolean> isThere = () -> !TestPageServer.one(connection, "SELECT count(*) FROM (" + sql + ") AS rows").equals("0");
            pageServer.await(what, isThere);
        }
    }

    @Override
    public void close() {
        pageServer.close();
    }
}
