package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.fail;

import dev.neon.compute.binaries.PostgresBinaries;
import dev.neon.compute.workspace.TestWorkspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * One server, and the two ways to it: through the page server, and to its own port as the control. It is on a branch that
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
     * @param isDirect whether it goes around the page server
     * @param database its name as a client has to give it
     */
    record Way(boolean isDirect, int port, String database) {
        /** For libpq: the branch is in {@code options}. */
        String libpq(String... more) {
            return "host=127.0.0.1 user=postgres port=" + port + (isDirect ? "" : " options=branch=" + BRANCH) + ' ' + String.join(" ", more);
        }

        Connection connect(String... properties) throws SQLException {
            return TestPageServer.connect(port, database, properties);
        }
    }

    Way direct() {
        return new Way(true, pageServer.instance(BRANCH).port(), "postgres");
    }

    Way proxied() {
        return new Way(false, pageServer.port(), "postgres@" + BRANCH);
    }

    List<Way> ways() {
        return List.of(direct(), proxied());
    }

    /** Does something in both ways, one after the other, which has to give the same; that is returned. */
    <T> T same(Use<T> use) throws Exception {
        T control = use.with(direct());
        T proxied = use.with(proxied());
        if (!control.equals(proxied)) {
            fail("through the page server it is otherwise: " + difference(control.toString(), proxied.toString()));
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
