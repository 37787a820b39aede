package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.Main;
import dev.neon.cli.TestNeon;
import dev.neon.cli.framework.ExitCode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whom {@code neon serve --http} lets in, and what it does when it is asked too much. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpServerTest {
    private static final String TYPE = "application/x-neon";
    private static final String REFS = "0010neon 1 refs\n00000000";

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Path directory;
    private ServedLab lab;
    private CommandLine origin;
    private Path root;
    private String writer;

    @BeforeAll
    void makeRepositories(@TempDir Path made) throws Exception {
        directory = made;
        lab = new ServedLab(directory);
        lab.serve("shop");
        origin = lab.origin();
        root = lab.root();
        writer = lab.token("--write", "writer");
    }

    @AfterAll
    void stopServers() {
        client.close();
        lab.close();
    }

    /** A clone whose owner may push. */
    private CommandLine writer(ServingNeon server) throws Exception {
        CommandLine user = lab.user().with("NEON_TOKEN", writer);
        user.ok("clone", server.address("shop"), ".");
        return user;
    }

    private HttpResponse<String> post(String address, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String address, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void letsInWhoHasAToken() throws Exception {
        try (ServingNeon server = new ServingNeon(root)) {
            String shop = server.address("shop");
            assertTrue(lab.user().fails(ExitCode.ACCESS_DENIED, "clone", shop, "x").contains("a token is needed"));
            assertTrue(lab.user().with("NEON_TOKEN", "neon_wrong").fails(ExitCode.ACCESS_DENIED, "clone", shop, "x").contains("not valid"));
            String expired = lab.token("--expires", "0s", "old");
            assertTrue(lab.user().with("NEON_TOKEN", expired).fails(ExitCode.ACCESS_DENIED, "ls-remote", shop).contains("'old' expired at"));
            String other = lab.token("--only", "elsewhere", "other");
            assertTrue(lab.user().with("NEON_TOKEN", other).fails(ExitCode.ACCESS_DENIED, "ls-remote", shop).contains("not for this repository"));
            CommandLine reader = lab.user().with("NEON_TOKEN", lab.token("--only", "shop", "--expires", "1d", "reader"));
            reader.ok("clone", shop, ".");
            reader.ok("tag", "r1");
            assertTrue(reader.fails(ExitCode.ACCESS_DENIED, "push", "origin", "r1").contains("for reading only"));
            assertEquals(401, post(shop + "/neon/refs", REFS, "Content-Type", TYPE).statusCode());
            assertEquals(403, post(shop + "/neon/update", REFS, "Content-Type", TYPE, "Authorization", "Bearer " + other).statusCode());
            // What is revoked is so at once.
            origin.ok("serve", "token", "revoke", "--root", root.toString(), "reader");
            assertTrue(reader.fails(ExitCode.ACCESS_DENIED, "fetch").contains("not valid"));
            assertTrue(server.log().stream().anyMatch(line -> line.contains(" token=reader verb=offer repo=shop status=403 result=refused ")), server.log().toString());
            assertFalse(String.join("\n", server.log()).contains("neon_"));
        }
    }

    /** A stream of HTTP/2 that is closed before its end was read is reset, and the server takes that for a broken one. */
    @Test
    void goodAnswersAreOkInTheLog() throws Exception {
        try (ServingNeon server = new ServingNeon(root, "--anonymous-read")) {
            CommandLine user = lab.user();
            user.ok("clone", "-c", "http.version=HTTP/2", server.address("shop"), ".");
            for (int i = 0; i < 20; i++) {
                user.ok("ls-remote", "origin");
            }
            long of2 = server.log().stream().filter(line -> line.contains(" proto=HTTP/2.0 ")).count();
            assertTrue(of2 > 20, server.log().toString());
            assertEquals(List.of(), server.log().stream().filter(line -> line.contains(" result=broken ")).toList());
        }
    }

    @Test
    void keepsHashesOfTokensOnly() throws Exception {
        String made = lab.token("--write", "--expires", "30d", "--only", "a/b", "kept");
        assertTrue(made.matches("neon_[A-Za-z0-9_-]{43}"), made);
        Path file = root.resolve(".neon-tokens");
        String text = Files.readString(file);
        assertFalse(text.contains(made));
        assertTrue(text.contains("\nkept\t"), text);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        String listed = origin.ok("serve", "token", "list", "--root", root.toString());
        assertTrue(listed.contains("kept\twrite\tuntil ") && listed.contains("\ta/b"), listed);
        origin.fails(ExitCode.ALREADY_EXISTS, "serve", "token", "create", "--root", root.toString(), "kept");
        origin.fails(ExitCode.NOT_FOUND, "serve", "token", "revoke", "--root", root.toString(), "nobody");
        origin.fails(ExitCode.USAGE, "serve", "token", "lend", "--root", root.toString());
        origin.fails(ExitCode.INVALID_INPUT, "serve", "token", "create", "--root", root.toString(), "a b");
    }

    @Test
    void findsTheTokenWhereTheUserKeepsIt() throws Exception {
        try (ServingNeon server = new ServingNeon(root)) {
            String shop = server.address("shop");
            CommandLine user = lab.user();
            Path file = user.directory().resolve("home/.config/neon/credentials");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "# mine\n" + server.address() + " neon_wrong\n" + shop + " " + writer + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            assertTrue(user.fails(ExitCode.ACCESS_DENIED, "ls-remote", shop).contains("can be read by others"));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            user.ok("clone", shop, ".");
            Files.delete(file);
            user.fails(ExitCode.ACCESS_DENIED, "fetch");
            user.ok("config", "set", "http." + server.address() + ".token", writer);
            user.ok("fetch");
            user.ok("config", "set", "remote.origin.token", "neon_wrong");
            user.fails(ExitCode.ACCESS_DENIED, "fetch");
            String withToken = shop.replace("http://", "http://me:" + writer + "@");
            user.ok("ls-remote", withToken);
            String err = user.fails(ExitCode.NOT_A_REPOSITORY, "ls-remote", withToken.replace("shop", "none"));
            assertFalse(err.contains(writer), err);
        }
    }

    @Test
    void letsAnybodyReadIfItIsToldTo() throws Exception {
        try (ServingNeon server = new ServingNeon(root, "--anonymous-read")) {
            CommandLine user = lab.user();
            user.ok("clone", server.address("shop"), ".");
            user.ok("tag", "a1");
            assertTrue(user.fails(ExitCode.ACCESS_DENIED, "push", "origin", "a1").contains("a token is needed"));
        }
        try (ServingNeon server = new ServingNeon(root, "--read-only")) {
            CommandLine user = writer(server);
            user.ok("tag", "a2");
            assertTrue(user.fails(ExitCode.ACCESS_DENIED, "push", "origin", "a2").contains("lets nobody push"));
        }
    }

    @Test
    void staysBelowItsRoot() throws Exception {
        Path outside = directory.resolve("outside.neon");
        origin.ok("clone", "--bare", origin.directory().toString(), outside.toString());
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createSymbolicLink(root.resolve("up"), directory);
        Files.createSymbolicLink(root.resolve("inside"), root.resolve("shop.neon"));
        Files.createDirectories(root.resolve("shop.neon/incoming/x/timelines"));
        try (ServingNeon server = new ServingNeon(root, "--anonymous-read")) {
            for (String name : List.of("none", "link", "up/outside", "..", "../outside", "%2e%2e/outside", "x/..%2f../outside", "..%2Foutside",
                    ".", "", "/shop", "shop//", "shop.neon/incoming/x", ".neon-tokens", "shop%00", "%zz", "..;/outside", "x%5c..%5coutside")) {
                String status = raw(server.address(), '/' + name + "/neon/refs");
                assertTrue(status.startsWith("HTTP/1.1 40") && !status.contains("401"), name + ": " + status);
            }
            for (String name : List.of("shop", "shop.neon", "inside", "%73hop")) {
                HttpResponse<String> answer = post(server.address(name) + "/neon/refs", REFS, "Content-Type", TYPE);
                assertEquals(200, answer.statusCode(), name);
                assertTrue(answer.body().contains("ref refs/branches/main"), answer.body());
            }
            assertTrue(lab.user().fails(ExitCode.NOT_A_REPOSITORY, "clone", server.address("none"), "x").contains("there is no repository 'none'"));
            assertTrue(lab.user().fails(ExitCode.NOT_A_REPOSITORY, "ls-remote", server.address() + "/x?y".replace("?y", "/y")).contains("'x/y'"));
        }
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        try (ServingNeon server = new ServingNeon(root, "--anonymous-read", "--max-request-size", "100")) {
            String shop = server.address("shop");
            assertEquals(405, get(shop + "/neon/refs").statusCode());
            assertEquals(415, post(shop + "/neon/refs", REFS, "Content-Type", "text/plain").statusCode());
            assertEquals(404, post(shop + "/neon/destroy", REFS, "Content-Type", TYPE).statusCode());
            assertEquals(413, post(shop + "/neon/refs", REFS + "0".repeat(2000), "Content-Type", TYPE).statusCode());
            HttpResponse<String> answer = post(shop + "/neon/refs", REFS.replace("refs", "puts"), "Content-Type", TYPE);
            assertTrue(answer.statusCode() == 200 && answer.body().contains("unsupported\n"), answer.body());
            // The path says what the token was asked for.
            answer = post(shop + "/neon/refs", "0012neon 1 update\n00000000", "Content-Type", TYPE);
            assertTrue(answer.body().contains("denied\n"), answer.body());
            TestNeon.Result result = lab.user().run("clone", shop, "x");
            assertTrue(result.code() == ExitCode.INVALID_INPUT.number() && result.err().contains("more than 100 bytes"), result.err());
            // One that does not say how long it is.
            byte[] lines = ("000fneon 1 get\n" + ("0020prefix " + "x".repeat(21)).repeat(10)).getBytes(StandardCharsets.US_ASCII);
            answer = client.send(HttpRequest.newBuilder(URI.create(shop + "/neon/get")).header("Content-Type", TYPE)
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(lines))).build(), HttpResponse.BodyHandlers.ofString());
            assertTrue(answer.body().contains("more than 100 bytes"), answer.body());
        }
    }

    @Test
    void tellsHowItIs() throws Exception {
        try (ServingNeon server = new ServingNeon(root, "--anonymous-read")) {
            lab.user().ok("clone", server.address("shop"), ".");
            assertEquals("ok\n", get(server.address() + "/healthz").body());
            String metrics = get(server.address() + "/metrics").body();
            assertTrue(metrics.contains("neon_requests_total{verb=\"inventory\",status=\"200\"} 1\n")
                    && metrics.contains("\nneon_fetches_total 1\n") && metrics.contains("\nneon_requests_running 0\n"), metrics);
            assertEquals(401, get(server.address() + "/metrics", "X-Forwarded-For", "10.0.0.1").statusCode());
            assertEquals(200, get(server.address() + "/metrics", "X-Forwarded-For", "10.0.0.1", "Authorization", "Bearer " + writer).statusCode());
            assertEquals(404, get(server.address() + "/").statusCode());
        }
    }

    /** The first line of the answer to a request for a path that nothing has made better. */
    private static String raw(String address, String path) throws IOException {
        URI uri = URI.create(address);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: " + TYPE
                    + "\r\nContent-Length: " + REFS.length() + "\r\n\r\n" + REFS).getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
        }
    }

    /** A request that has begun and waits for the rest of its body. */
    private static Socket begun(String address) throws IOException {
        URI uri = URI.create(address);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.getOutputStream().write(("POST /shop/neon/refs HTTP/1.1\r\nHost: x\r\nContent-Type: " + TYPE + "\r\nContent-Length: "
                + REFS.length() + "\r\n\r\n" + REFS.substring(0, 10)).getBytes(StandardCharsets.US_ASCII));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void waitUntilRunning(HttpServerTest test, String address, int running) throws Exception {
        while (!test.get(address + "/metrics").body().contains("\nneon_requests_running " + running + "\n")) {
            Thread.sleep(5);
        }
    }

    private static String end(Socket begun) throws IOException {
        begun.getOutputStream().write(REFS.substring(10).getBytes(StandardCharsets.US_ASCII));
        BufferedReader answer = new BufferedReader(new InputStreamReader(begun.getInputStream(), StandardCharsets.US_ASCII));
        return answer.readLine();
    }

    @Test
    void sendsAwayWhomItCannotServeNow() throws Exception {
        try (ServingNeon server = new ServingNeon(root, "--anonymous-read", "--max-connections", "1"); Socket first = begun(server.address())) {
            waitUntilRunning(this, server.address(), 1);
            assertTrue(lab.user().fails(ExitCode.BUSY, "clone", server.address("shop"), "x").contains("as many requests as it may"));
            assertEquals("5", post(server.address("shop") + "/neon/refs", REFS, "Content-Type", TYPE).headers().firstValue("Retry-After").orElse(""));
            assertEquals("HTTP/1.1 200 OK", end(first));
            lab.user().ok("clone", server.address("shop"), "x");
        }
    }

    @Test
    void endsWhatDoesNotGoOn() throws Exception {
        try (ServingNeon server = new ServingNeon(root, "--anonymous-read", "--timeout", "1s"); Socket begun = begun(server.address())) {
            waitUntilRunning(this, server.address(), 1);
            waitUntilRunning(this, server.address(), 0);
            assertTrue(server.log("refs").getLast().contains(" result=broken "), server.log().toString());
            begun.getInputStream().readAllBytes();
        }
    }

    @Test
    void finishesWhatItHasBegun() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), Main.class.getName(), "serve", "--http", "127.0.0.1:0", "--root", root.toString(), "--anonymous-read")
                .redirectError(directory.resolve("server.err").toFile()).start();
        try (BufferedReader out = process.inputReader()) {
            String address = out.readLine();
            try (Socket begun = begun(address)) {
                waitUntilRunning(this, address, 1);
                process.destroy();
                Thread.sleep(300);
                assertTrue(process.isAlive());
                assertEquals("HTTP/1.1 200 OK", end(begun));
                assertEquals(0, process.waitFor(), () -> address);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static void hook(Path repository, String name, String script) throws IOException {
        Path file = repository.resolve("hooks").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void asksHooks() throws Exception {
        Path hooked = root.resolve("hooked.neon");
        origin.ok("clone", "--bare", origin.directory().toString(), hooked.toString());
        try (ServingNeon server = new ServingNeon(root, "--timeout", "1s")) {
            CommandLine user = lab.user().with("NEON_TOKEN", writer);
            user.ok("clone", server.address("hooked"), ".");
            user.ok("tag", "t1");
            user.ok("tag", "t2");
            hook(hooked, "pre-receive", "cat > $NEON_DIR/seen\necho 'not on a Friday' >&2\necho 'ask again'\nexit 1\n");
            String err = user.run("push", "origin", "t1", "t2").err();
            assertTrue(err.contains("t1 (pre-receive hook declined: not on a Friday; ask again)") && err.contains(" t2 (pre-receive"), err);
            String tip = user.ok("rev-parse", "t1");
            assertTrue(Files.readString(hooked.resolve("seen")).matches("- [0-9a-f]+@\\S+ refs/tags/t1\n- [0-9a-f]+@\\S+ refs/tags/t2\n"), tip);
            assertEquals("", user.ok("ls-remote").lines().filter(line -> line.contains("tags/t")).findAny().orElse(""));
            // Longer than a connection may be idle.
            hook(hooked, "pre-receive", "sleep 2\n");
            hook(hooked, "update", "echo \"$@\" >> $NEON_DIR/updates\ntest $1 != refs/tags/t2\n");
            hook(hooked, "post-receive", "cat > $NEON_DIR/told\n");
            err = user.run("push", "origin", "t1", "t2").err();
            assertTrue(err.contains("t2 (update hook declined)") && err.contains("* [new tag]") && !err.contains("t1 ("), err);
            assertEquals(2, Files.readAllLines(hooked.resolve("updates")).size());
            assertTrue(Files.readString(hooked.resolve("told")).endsWith(" refs/tags/t1\n"));
            hook(hooked, "update", "sleep 60\n");
            Files.delete(hooked.resolve("hooks/pre-receive"));
            Files.writeString(hooked.resolve("config"), Files.readString(hooked.resolve("config")) + "[hooks]\n\ttimeout = 1s\n");
            assertTrue(user.run("push", "origin", "t2").err().contains("update hook declined: it did not end within 1 s"));
            Files.delete(hooked.resolve("hooks/update"));
            hook(user.repository(), "pre-push", "cat > $NEON_DIR/../seen\necho \"$@\"\nexit 1\n");
            err = user.fails(ExitCode.CONFLICT, "push", "origin", "t2");
            assertTrue(err.contains("pre-push hook declined: origin " + server.address("hooked")), err);
            assertTrue(Files.readString(user.directory().resolve("seen")).matches("refs/tags/t2 [0-9a-f]+@\\S+ refs/tags/t2 -\n"));
            user.ok("push", "--no-verify", "origin", "t2");
        }
    }

    @Test
    void refusesToListenWhereOthersReadAlong() throws Exception {
        CommandLine user = lab.user();
        assertTrue(user.fails(ExitCode.USAGE, "serve", "--http", "0.0.0.0:0", "--root", root.toString()).contains("without TLS"));
        user.fails(ExitCode.USAGE, "serve", "--http", "localhost", "--root", root.toString());
        user.fails(ExitCode.USAGE, "serve", "--http", "localhost:0");
        user.fails(ExitCode.USAGE, "serve", "--http", "localhost:0", "--root", root.toString(), "--tls-cert", "x");
        user.fails(ExitCode.NOT_FOUND, "serve", "--http", "localhost:0", "--root", "nowhere");
        user.fails(ExitCode.NOT_FOUND, "serve", "--http", "localhost:0", "--root", root.toString(), "--tls-cert", "x", "--tls-key", "y");
        Path empty = Files.writeString(user.directory().resolve("empty.pem"), "");
        user.fails(ExitCode.INVALID_INPUT, "serve", "--http", "localhost:0", "--root", root.toString(), "--tls-cert", empty.toString(), "--tls-key", empty.toString());
        assertTrue(user.fails(ExitCode.INVALID_INPUT, "serve", "--http", "localhost:0", "--root", root.resolve("shop.neon").toString()).contains("a repository itself"));
        try (ServingNeon server = new ServingNeon(root)) {
            user.fails(ExitCode.BUSY, "serve", "--http", server.address().substring("http://".length()), "--root", root.toString());
        }
        assertTrue(user.fails(ExitCode.TRANSFER_FAILED, "ls-remote", "http://127.0.0.1:1/x").contains("broke off"));
    }
}
