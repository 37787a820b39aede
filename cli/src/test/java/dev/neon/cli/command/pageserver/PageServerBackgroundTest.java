package dev.neon.cli.command.pageserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.InstalledNeon;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon does in the background, with neon itself in its child processes, as seen over HTTP. */
class PageServerBackgroundTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String ANY = "127.0.0.1:0";

    @TempDir
    Path temporary;

    private final HttpClient http = HttpClient.newHttpClient();
    private CommandLine neon;

    @BeforeEach
    void start() throws IOException {
        Path home = Files.createDirectory(temporary.resolve("installed")).toRealPath();
        InstalledNeon.in(home);
        neon = new CommandLine(Files.createDirectory(temporary.resolve("project")).toRealPath(), home).at(home);
        neon.ok("init");
        neon.ok("config", "set", "snapshot.distance", "16MB");
        neon.ok("config", "set", "pageserver.createBranches", "main");
        neon.ok("config", "set", "pageserver.createdBranchesExpire", "1s");
        neon.ok("config", "set", "pageserver.suspendAfter", "1s");
        neon.ok("config", "set", "branch.main.suspendAfter", "1h");
        neon.ok("pageserver", "start", "--listen", ANY, "--http", ANY);
    }

    @AfterEach
    void end() {
        neon.run("pageserver", "stop");
        neon.close();
        http.close();
    }

    private String record(String key) throws IOException {
        Matcher matcher = Pattern.compile("(?m)^" + key + ": (.*)$").matcher(Files.readString(neon.repository().resolve("run/pageserver")));
        assertTrue(matcher.find());
        return matcher.group(1);
    }

    private String send(String method, String path, int status) throws Exception {
        HttpResponse<String> response = http.send(HttpRequest.newBuilder(URI.create("http://" + record("http") + path))
                .header("Authorization", "Bearer " + Files.readString(neon.repository().resolve("run/pageserver.token")).strip())
                .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(status, response.statusCode(), response::body);
        return response.body();
    }

    private void run(String branch, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://" + record("address") + "/postgres%40" + branch, "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(send("GET", "/status", 200) + Files.readString(neon.repository().resolve("run/pageserver.log")));
            }
            Thread.sleep(100);
        }
    }

    private boolean says(String expected) throws Exception {
        return Pattern.compile(expected).matcher(send("GET", "/status", 200)).find();
    }

    @Test
    void snapshotsExpiryAndGc() throws Exception {
        run("main", "create table t as select g as a, repeat('x', 400) as b from generate_series(1, 100000) g");
        await(() -> says("\"last\" : \"snapshot of main: made at [0-9A-F]+/[0-9A-F]+\""));
        assertTrue(says("\"walSinceSnapshot\" : \\d{1,6},?\\s"));

        run("try-one", "insert into t values (0, 'only here')");
        await(() -> !neon.ok("branch").contains("try-one"));
        await(() -> says("\"last\" : \"expired branches: done\""));

        neon.ok("config", "set", "gc.reflogExpire", "0s");
        assertTrue(send("POST", "/gc", 202).contains("gc"));
        await(() -> says("\"last\" : \"gc: removed [1-9]\\d* bytes"));
        assertTrue(send("GET", "/metrics", 200).contains("neon_pageserver_background_failures_total{command=\"gc\"} 0\n"));
        assertFalse(Pattern.compile("neon_pageserver_gc_reclaimed_bytes_total 0\n").matcher(send("GET", "/metrics", 200)).find());
        neon.ok("fsck");
    }
}
