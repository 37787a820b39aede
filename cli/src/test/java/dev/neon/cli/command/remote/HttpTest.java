package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon;
import dev.neon.cli.command.Sql;
import dev.neon.cli.framework.ExitCode;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.files.NioFileSteps;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.repository.Repository;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repositories behind {@code neon serve --http}, over the forms of HTTP that there are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpTest {
    private Path directory;
    private ServedLab lab;
    private Path root;
    private TestCertificate certificate;
    private String token;
    private int count;

    @BeforeAll
    void makeRepositories(@TempDir Path made) throws Exception {
        directory = made;
        lab = new ServedLab(directory);
        lab.serve("team/shop");
        root = lab.root();
        certificate = TestCertificate.make(directory, "cert", "127.0.0.1");
        token = lab.token("--write", "writer");
    }

    @AfterAll
    void stopServers() {
        lab.close();
    }

    private CommandLine user() throws Exception {
        return lab.user().with("NEON_TOKEN", token);
    }

    /** A repository on the server that has nothing yet. */
    private String empty() {
        String name = "empty" + ++count;
        Repository.create(root.resolve(name + ".neon"), new RepositoryContext(new NioFileSteps(), Clock.systemUTC(), "tester",
                ProcessIdentity.current()), _ -> { });
        return name;
    }

    /** All of origin's history there and back, some megabytes. */
    private void pushesAndClones(ServingNeon server, String version) throws Exception {
        CommandLine one = new CommandLine(directory.resolve("origin")).with("NEON_TOKEN", token).with("NEON_SSL_CAINFO", certificate.certificate().toString());
        String address = server.address(empty());
        one.ok("config", "set", "http.version", version);
        one.ok("push", address, "main", "v1");
        CommandLine two = user().with("NEON_SSL_CAINFO", certificate.certificate().toString());
        two.ok("clone", address, ".");
        assertEquals(one.ok("ls-remote", address).lines().sorted().toList(), two.ok("ls-remote").lines().sorted().toList());
        assertEquals(one.ok("rev-parse", "v1"), two.ok("rev-parse", "v1"));
        two.ok("fsck");
        assertTrue(sent(server) > 1_000_000, "bytes sent: " + sent(server));
        // A clone has no configuration yet, and takes what fits the address.
        String cloned = server.address().startsWith("https") ? "HTTP/2.0" : "HTTP/1.1";
        assertTrue(server.log("put").stream().allMatch(line -> line.contains(" proto=" + version)), server.log().toString());
        assertTrue(server.log("get").stream().allMatch(line -> line.contains(" proto=" + cloned)), server.log().toString());
    }

    @Test
    void clonesPushesAndPulls() throws Exception {
        try (ServingNeon server = new ServingNeon(root)) {
            CommandLine one = user();
            CommandLine two = user();
            one.ok("clone", server.address("team/shop"), ".");
            two.ok("clone", server.address("team/shop"), ".");
            one.ok("start");
            assertEquals("2", Sql.query(one, "main", "select count(*) from t"));
            Sql.run(one, "main", "create table mine as select repeat(md5(g::text), 20) from generate_series(1, 20000) g");
            one.ok("stop");
            one.ok("push");
            two.ok("pull");
            two.ok("start");
            assertEquals("20000", Sql.query(two, "main", "select count(*) from mine"));
            two.ok("stop");
            List<String> puts = server.log("put");
            assertTrue(puts.stream().allMatch(line -> line.contains(" token=writer ")
                    && line.contains(" repo=team/shop status=200 result=ok ")), puts.toString());
        }
    }

    @Test
    void speaksHttp1() throws Exception {
        try (ServingNeon server = new ServingNeon(root)) {
            pushesAndClones(server, "HTTP/1.1");
        }
    }

    @Test
    void speaksHttp2InTheClear() throws Exception {
        try (ServingNeon server = new ServingNeon(root)) {
            pushesAndClones(server, "HTTP/2");
        }
    }

    @Test
    void speaksHttp2OverTls() throws Exception {
        try (ServingNeon server = new ServingNeon(root, certificate.options())) {
            assertTrue(server.address().startsWith("https://"), server.address());
            pushesAndClones(server, "HTTP/2");
            String err = user().fails(ExitCode.TRANSFER_FAILED, "ls-remote", server.address("team/shop"));
            assertTrue(err.contains("PKIX path"), err);
            Path other = TestCertificate.make(directory, "other", "127.0.0.1").certificate();
            err = user().fails(ExitCode.INVALID_INPUT, "serve", "--http", "localhost:0", "--root", root.toString(), "--tls-cert",
                    other.toString(), "--tls-key", certificate.key().toString());
            assertTrue(err.contains("it is of another certificate"), err);
        }
    }

    /** The refusal is heard though the client is still sending, and what has come is not sent again. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/2"})
    void goesOnWhereItWasRefused(String version) throws Exception {
        CommandLine one = new CommandLine(directory.resolve("origin")).with("NEON_TOKEN", token);
        one.ok("config", "set", "http.version", version);
        String name = empty();
        try (ServingNeon server = new ServingNeon(root, "--max-request-size", "500kB")) {
            TestNeon.Result result = one.run("push", server.address(name), "main");
            assertEquals(ExitCode.INVALID_INPUT.number(), result.code(), result.err());
            assertTrue(result.err().contains("the request has more than 512000 bytes"), result.err());
        }
        try (ServingNeon server = new ServingNeon(root)) {
            one.ok("push", server.address(name), "main");
            long rest = sent(server);
            one.ok("push", server.address(empty()), "main");
            long all = sent(server) - rest;
            assertTrue(rest > 0 && rest < all, rest + " of " + all);
        }
    }

    private static long sent(ServingNeon server) throws Exception {
        return server.log("put").stream().mapToLong(line -> Long.parseLong(line.replaceAll(".* in=(\\d+) .*", "$1"))).sum();
    }

    @Test
    void speaksHttp1OverTls() throws Exception {
        try (ServingNeon server = new ServingNeon(root, certificate.options())) {
            pushesAndClones(server, "HTTP/1.1");
        }
    }
}
