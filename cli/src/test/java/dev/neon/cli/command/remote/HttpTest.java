package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Repositories behind {@code neon serve --http}, over the forms of HTTP that there are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpTest {
    private Path directory;
    private CommandLine origin;
    private Path root;
    private String token;
    private int count;

    @BeforeAll
    void makeRepositories(@TempDir Path made) throws Exception {
        directory = made;
        origin = new CommandLine(Files.createDirectory(directory.resolve("origin")));
        origin.ok("init");
        origin.ok("start");
        Sql.run(origin, "main", "create table t as select generate_series(1, 100000) a");
        origin.ok("stop");
        origin.ok("tag", "v1");
        root = Files.createDirectories(directory.resolve("root"));
        Files.createDirectory(root.resolve("team"));
        origin.ok("clone", "--bare", origin.directory().toString(), root.resolve("team/shop.neon").toString());
        token = origin.ok("serve", "token", "create", "--root", root.toString(), "--write", "writer");
    }

    @AfterAll
    void stopServers() {
        origin.close();
    }

    private CommandLine user() throws Exception {
        return new CommandLine(Files.createDirectory(directory.resolve("user" + ++count))).with("NEON_TOKEN", token);
    }

    private void clonesPushesAndPulls(String address, CommandLine one, CommandLine two, String... version) {
        one.ok("clone", address, ".");
        if (version.length > 0) {
            one.ok("config", "set", "http.version", version[0]);
        }
        one.ok("start");
        assertEquals("100000", Sql.query(one, "main", "select count(*) from t"));
        Sql.run(one, "main", "create table mine as select repeat(md5(g::text), 20) from generate_series(1, 20000) g");
        one.ok("stop");
        two.ok("clone", address, ".");
        one.ok("push");
        two.ok("pull");
        two.ok("start");
        assertEquals("20000", Sql.query(two, "main", "select count(*) from mine"));
        two.ok("stop");
    }

    @Test
    void clonesPushesAndPullsOverHttp1() throws Exception {
        try (ServingNeon server = new ServingNeon(root)) {
            clonesPushesAndPulls(server.address("team/shop"), user(), user());
            List<String> puts = server.log("put");
            assertTrue(puts.stream().allMatch(line -> line.contains(" token=writer ") && line.contains(" repo=team/shop status=200 result=ok ")), puts.toString());
        }
    }
}
