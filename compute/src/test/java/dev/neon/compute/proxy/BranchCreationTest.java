package dev.neon.compute.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.compute.workspace.TestWorkspace;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** Branches that are made because clients name them. */
class BranchCreationTest {
    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private TestWorkspace neon;
    private PageServer server;
    private TestClients clients;

    @BeforeEach
    void repository() throws Exception {
        neon = TestWorkspace.init(directory, 18);
        neon.start("main");
        neon.execute("main", "CREATE TABLE t AS SELECT 'main' AS name");
        Workspace first = neon.workspace();
        server = PageServer.start(new ListenAddress("127.0.0.1", 0),
                () -> new Workspace(Repository.open(neon.directory(), first.repository().context()), first.postgres()), log::add);
        clients = new TestClients(server.address());
    }

    @AfterEach
    void end() {
        server.close();
        neon.close();
    }

    private RepositoryConfig config() {
        return neon.workspace().repository().config();
    }

    private Set<String> branches() {
        return neon.workspace().repository().refs().list(RefName.Kind.BRANCH).keySet().stream().map(RefName::shortName).collect(Collectors.toSet());
    }

    private String refusal(String database) {
        return assertThrows(PSQLException.class, () -> clients.one(database, "SELECT 1")).getSQLState();
    }

    @Test
    void fiftyWhoNameTheSameGetOneBranch() throws Exception {
        config().set("pageserver.createBranches", "main");
        List<String> answers = clients.all(50, _ -> "postgres@test/one", "SELECT name || current_setting('data_directory') FROM t");
        assertEquals(50, answers.size());
        assertEquals(Set.of("main" + neon.workspace().repository().dataDirectory(neon.timeline("test/one")).toRealPath()), Set.copyOf(answers));
        assertEquals(Set.of("main", "test/one"), branches());
        List<String> operations = Files.readAllLines(neon.directory().resolve("logs/operations")).stream()
                .filter(line -> line.contains("test/one")).toList();
        assertEquals(1, operations.size(), operations::toString);
        assertTrue(operations.getFirst().contains("\ttester@test\tpageserver: branch test/one main\t"), operations::toString);
        assertEquals(1, server.statistics().counts().createdBranches());
        assertEquals(1, server.statistics().counts().starts().count());
        assertEquals(50, server.statistics().counts().connections());
    }

    @Test
    void manyNamesAtOnceAreManyBranchesOfTheParentAsItIsNow() throws Exception {
        config().set("pageserver.createBranches", "main");
        neon.execute("main", "UPDATE t SET name = 'later'");
        assertEquals(Set.of("later"), Set.copyOf(clients.all(18, i -> "postgres@test-" + i % 6, "SELECT name FROM t")));
        try (Connection connection = clients.connect("postgres@test-0"); Statement statement = connection.createStatement()) {
            statement.execute("UPDATE t SET name = 'zero'");
        }
        assertEquals("zero", clients.one("postgres@test-0", "SELECT name FROM t"));
        assertEquals("later", clients.one("postgres@test-1", "SELECT name FROM t"));
        assertEquals(6, server.statistics().counts().createdBranches());
    }

    @Test
    void theyExpireIfTheConfigurationSaysSo() throws Exception {
        config().set("pageserver.createBranches", "main");
        config().set("pageserver.createdBranchesExpire", "2h");
        Instant before = Instant.now();
        assertEquals("main", clients.one("postgres@short", "SELECT name FROM t"));
        Repository now = Repository.open(neon.directory(), neon.workspace().repository().context());
        Instant expires = new BranchSettings(now.config()).expires(RefName.branch("short")).orElseThrow();
        assertTrue(Duration.between(before, expires).minusHours(2).abs().toMinutes() < 2, expires::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with blank", "-dash", "a..b", "main~3", "nobody@{1}", "nobody@{5 minutes ago}", "nobody@0/15ECF68", "x.lock", "refs/branches/x",
        "main/below", "/"})
    void whatIsNoNewBranchIsRefusedAsEver(String revision) throws Exception {
        String before = refusal("postgres@" + revision);
        config().set("pageserver.createBranches", "main");
        String after = refusal("postgres@" + revision);
        // A branch cannot be below another, which only making it shows.
        assertTrue(after.equals(before) || revision.equals("main/below"), after);
        assertEquals(Set.of("main"), branches());
        assertEquals("main", clients.one("postgres", "SELECT name FROM t"));
    }

    @Test
    void withoutTheSettingOrItsParentThereIsNone() {
        assertEquals("3D000", refusal("postgres@new"));
        config().set("pageserver.createBranches", "gone");
        PSQLException failure = assertThrows(PSQLException.class, () -> clients.one("postgres@new", "SELECT 1"));
        assertEquals("3D000", failure.getSQLState());
        assertEquals("no branch or tag is named 'new', and none can be made: no branch or tag is named 'gone'",
                failure.getServerErrorMessage().getMessage());
        assertEquals(Set.of("main"), branches());
        assertEquals(2L, server.statistics().counts().refused().get("3D000"));
    }
}
