package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.workspace.TestWorkspace;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** {@code pageserver.maxMemory}, with the memory that real servers take; {@link PageServerTest} has the number of servers. */
@EnabledOnOs(OS.LINUX)
class ServerLimitsTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private TestPageServer pageServer;

    @BeforeEach
    void start() {
        TestWorkspace neon = TestWorkspace.init(directory, 18);
        for (String branch : List.of("second", "third", "fourth")) {
            neon.branch(branch, "main");
        }
        pageServer = TestPageServer.start(neon, Map.of());
    }

    @AfterEach
    void end() {
        pageServer.close();
    }

    private void visit(String branch) throws Exception {
        try (Connection connection = pageServer.connect("postgres@" + branch)) {
            assertEquals("1", TestPageServer.one(connection, "SELECT 1"));
        }
        pageServer.await("the session is left", () -> pageServer.server().servers().stream()
                .allMatch(server -> !server.branch().equals(branch) || server.sessions() == 0));
    }

    private List<String> running() {
        return pageServer.server().servers().stream().filter(server -> server.state() == ServerStatus.State.RUNNING).map(ServerStatus::branch).toList();
    }

    private Optional<Long> memory(String branch) {
        return pageServer.server().servers().stream().filter(server -> server.branch().equals(branch)).findFirst().flatMap(ServerStatus::memory);
    }

    private long total() {
        return pageServer.server().memory().servers().orElseThrow();
    }

    private void limit(long bytes) {
        pageServer.neon().workspace().repository().config().set("pageserver.maxMemory", Long.toString(bytes));
    }

    @Test
    void theServerThatIsIdleForLongestMakesRoom() throws Exception {
        limit(1L << 40);
        visit("main");
        visit("second");
        visit("main");
        assertEquals(List.of("main", "second"), running());
        pageServer.await("not both are measured", () -> memory("main").isPresent() && memory("second").isPresent());
        assertEquals(total(), memory("main").orElseThrow() + memory("second").orElseThrow());
        limit(total() + 10 * MIB);
        visit("third");
        assertEquals(List.of("main", "third"), running(), pageServer.log());
        assertTrue(pageServer.log().contains("stopped the server on second: to make room for another in memory"), pageServer.log());
        assertEquals(1, pageServer.server().statistics().counts().memoryEvictions());
        assertEquals(1, pageServer.server().statistics().counts().evictions());
        // One alone may always run.
        limit(1);
        visit("fourth");
        assertEquals(List.of("fourth"), running(), pageServer.log());
    }

    @Test
    void thoseInUseRefuseAnotherAndAreServed() throws Exception {
        limit(1L << 40);
        try (Connection main = pageServer.connect("postgres@main")) {
            visit("second");
            Instance second = pageServer.instance("second");
            try (Connection direct = DriverManager.getConnection(second.jdbcUrl("postgres"), "postgres", "")) {
                pageServer.await("not both are measured", () -> memory("main").isPresent() && memory("second").isPresent());
                limit(total() + 10 * MIB);
                PSQLException refused = assertThrows(PSQLException.class, () -> pageServer.connect("postgres@third"));
                assertEquals("53200", refused.getSQLState(), pageServer.log());
                ServerErrorMessage message = refused.getServerErrorMessage();
                assertTrue(message.getHint().contains("pageserver.maxMemory"), message.getHint());
                assertTrue(message.getDetail().matches("All take \\d+ MB, another about \\d+ MB, and pageserver.maxMemory is \\d+ MB\\."), message.getDetail());
                assertEquals("1", TestPageServer.one(direct, "SELECT 1"));
                assertEquals("1", TestPageServer.one(main, "SELECT 1"));
                visitBeside(main, "main");
                visitBeside(main, "second");
            }
            assertEquals(0, pageServer.server().statistics().counts().evictions());
            pageServer.await("the direct session stays", () -> pageServer.neon().workspace().instances().clients(second.timeline()) == 0);
            visitBeside(main, "third");
            assertFalse(running().contains("second"), pageServer.log());
        }
    }

    /** One that runs is served whatever the limit says. */
    private void visitBeside(Connection other, String branch) throws Exception {
        try (Connection connection = pageServer.connect("postgres@" + branch)) {
            assertEquals("1", TestPageServer.one(connection, "SELECT 1"));
            assertEquals("1", TestPageServer.one(other, "SELECT 1"));
        }
    }

    @Test
    void oneThatGrowsDrivesIdleOnesOut() throws Exception {
        limit(1L << 40);
        visit("main");
        visit("second");
        try (Connection third = pageServer.connect("postgres@third"); Statement statement = third.createStatement()) {
            pageServer.await("not all are measured", () -> running().stream().allMatch(branch -> memory(branch).isPresent()));
            long before = total();
            // Room for 100 MB, of which a temporary table will need more: main has to go, and second may stay.
            long main = memory("main").orElseThrow();
            limit(before + 150 * MIB - main / 2);
            assertEquals(List.of("main", "second", "third"), running());
            statement.execute("SET temp_buffers = '256MB'");
            statement.execute("CREATE TEMP TABLE grown AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 150000)");
            pageServer.await("main stays", () -> !running().contains("main"));
            assertTrue(memory("third").orElseThrow() > 150 * MIB, () -> memory("third") + " bytes");
            // It is seen to be gone before it is told.
            pageServer.await("nothing is told of main", () -> pageServer.log().contains("stopped the server on main: servers take more than pageserver.maxMemory"));

            limit(100 * MIB);
            pageServer.await("second stays", () -> running().equals(List.of("third")));
            pageServer.await("nothing is told", () -> pageServer.log().contains("servers take more than pageserver.maxMemory, 100 MB, and all are in use"));
            assertEquals("53200", assertThrows(PSQLException.class, () -> pageServer.connect("postgres@main")).getSQLState());
            assertEquals("150000", TestPageServer.one(third, "SELECT count(*) FROM grown"));
            visitBeside(third, "third");
        }
        pageServer.await("third stays", () -> running().isEmpty() || total() < 100 * MIB);
    }
}
