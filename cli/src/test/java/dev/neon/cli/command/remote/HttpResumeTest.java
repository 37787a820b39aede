package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.neon.cli.CommandLine;
import dev.neon.cli.command.Sql;
import dev.neon.cli.command.remote.PipedRemote.Line;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Fetch;
import dev.neon.sync.Push;
import dev.neon.sync.Remote;
import dev.neon.sync.http.HttpServer;
import dev.neon.sync.http.ServerSettings;
import dev.neon.sync.http.TokenFile;
import dev.neon.sync.ssh.SshAccess;
import dev.neon.sync.transport.HttpAccess;
import dev.neon.sync.transport.Transports;
import dev.neon.sync.wire.Bundle;
import dev.neon.sync.wire.Connection;
import dev.neon.sync.wire.WireServer.Verb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As {@link ResumeTest}, over HTTP, from a web server that knows nothing of neon, and of bundles of which only a part was copied. */
class HttpResumeTest {
    private static final RefName MAIN = RefName.branch("main");
    /** Of each of the streams that go at a time, what was under way: a chunk of the protocol, and what is in buffers. */
    private static final int LOST = 4 * (2 << 20);
    private static final int TALK = 200_000;
    private static final int CUTS = 4;

    @TempDir
    Path directory;

    private RemoteLab lab;
    private CommandLine neon;
    private Repository source;
    private String token;

    @BeforeEach
    void prepare() {
        lab = new RemoteLab(directory);
        neon = lab.origin("a");
        neon.ok("start");
        Sql.run(neon, "main", "create table u(a int, b text)");
        neon.ok("stop");
        fill(30);
    }

    private void fill(int megabytes) {
        neon.ok("start");
        for (int i = 0; i < megabytes; i++) {
            Sql.run(neon, "main", "insert into u select a, md5(random()::text) || md5(random()::text) from generate_series(1, 8000) a");
        }
        neon.ok("stop");
        source = Repositories.open(neon.repository());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private interface Transfer {
        void run(Path receiver, Remote remote);
    }

    private HttpServer server() {
        TokenFile tokens = new TokenFile(directory);
        token = tokens.create("test", true, Clock.systemUTC().instant(), Optional.empty(), List.of()).text();
        return HttpServer.start(new ServerSettings("127.0.0.1", 0, directory, Optional.empty(), EnumSet.allOf(Verb.class), Set.of(),
                        OptionalLong.empty(), ServerSettings.DEFAULT_IDLE, 8, ServerSettings.DEFAULT_GRACE),
                tokens, (name, place) -> Repositories.endpoint(name, Repositories.open(place)), Clock.systemUTC(), _ -> { });
    }

    /** @return bytes over the line */
    private long over(int port, Line line, String repository, Path receiver, Transfer transfer) throws Exception {
        HttpAccess access = new HttpAccess((_, _) -> Optional.ofNullable(token), Optional.empty(), Optional.of("HTTP/1.1"), Connection.PATIENCE);
        Transports transports = new Transports(directory, (_, _) -> {
            throw new AssertionError("not a path");
        }, SshAccess.program(List.of("ssh")), "neon", access);
        try (CutLine cut = new CutLine(port, line); Remote remote = transports.open("there", cut.address() + '/' + repository)) {
            transfer.run(receiver, remote);
        }
        return line.bytes();
    }

    private void cuts(String what, int port, String repository, Transfer transfer) throws Exception {
        cuts(what, port, repository, transfer, CUTS);
    }

    private void cuts(String what, int port, String repository, Transfer transfer, int count) throws Exception {
        long seed = Long.getLong("neon.test.seed", System.nanoTime());
        Random random = new Random(seed);
        Path whole = receiver("whole");
        long bytes = over(port, Line.whole(), repository, whole, transfer);
        Map<String, Integer> expected = files(whole);
        RemoteLab.delete(whole);
        assertTrue(bytes > 2 * LOST, bytes + " bytes");
        for (int i = 0; i < count; i++) {
            long at = (long) (bytes * (i == 0 ? 0.9 : random.nextDouble()));
            String text = what + " cut after " + at + " bytes of " + bytes + ", seed " + seed;
            Path receiver = receiver("whole");
            Line first = Line.cutAfter(at);
            assertThrows(TransferFailedException.class, () -> over(port, first, repository, receiver, transfer), text);
            Repositories.requireSound(Repositories.open(receiver));
            long both = first.bytes() + over(port, Line.whole(), repository, receiver, transfer);
            assertEquals(expected, files(receiver), text);
            assertTrue(both <= bytes + LOST + TALK, both + " bytes in both tries, " + text);
            System.out.println(text + ": " + both + " bytes in both tries");
            Repositories.requireSound(Repositories.open(receiver));
            RemoteLab.delete(receiver);
        }
    }

    private Path receiver(String name) {
        return Repositories.create(directory.resolve(name)).directory();
    }

    /** Of the timelines that the source has. */
    private Map<String, Integer> files(Path repository) {
        Map<String, Integer> files = Repositories.timelines(repository);
        Set<String> known = Set.copyOf(source.timelines().list().stream().map(id -> id.hex()).toList());
        files.keySet().removeIf(name -> !known.contains(name.replaceFirst("/.*", "")));
        return files;
    }

    private static void fetch(Path receiver, Remote remote) {
        Repositories.fetch(Repositories.open(receiver)).run(remote, "origin", Fetch.Request.ALL);
    }

    private void push(Remote remote) {
        Push.Wish wish = new Push.Wish(source.refs().read(MAIN), MAIN, false, Optional.empty());
        Push.Result result = new Push(source, Repositories.wal(source)).run(remote, Optional.empty(), List.of(wish), true, false);
        assertEquals(Optional.empty(), result.outcomes().getFirst().refusal());
    }

    @Test
    void fetches() throws Exception {
        try (HttpServer server = server()) {
            cuts("fetch", URI.create(server.address()).getPort(), "a", HttpResumeTest::fetch);
        }
    }

    @Test
    void pushes() throws Exception {
        try (HttpServer server = server()) {
            cuts("push", URI.create(server.address()).getPort(), "whole", (_, remote) -> push(remote));
        }
    }

    @Test
    @Tag("nightly")
    void oneGigabyte() throws Exception {
        fill(1024);
        try (HttpServer server = server()) {
            cuts("fetch", URI.create(server.address()).getPort(), "a", HttpResumeTest::fetch, 1);
            cuts("push", URI.create(server.address()).getPort(), "whole", (_, remote) -> push(remote), 1);
        }
    }

    @Test
    void fetchesFromAWebServer() throws Exception {
        lab.bare("a", "hub.neon").ok("--repo", "hub.neon", "update-server-info");
        var server = com.sun.net.httpserver.HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        try {
            cuts("fetch", server.getAddress().getPort(), "hub.neon", HttpResumeTest::fetch);
        } finally {
            server.stop(0);
        }
    }

    /** A part of a file, as most servers give it; the JDK's own gives all. */
    private void serve(HttpExchange exchange) throws IOException {
        Path file = directory.resolve(exchange.getRequestURI().getPath().substring(1));
        if (!exchange.getRequestMethod().equals("GET") || !Files.isRegularFile(file)) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        String[] words = range == null ? new String[] {"", "0", ""} : range.split("[=-]");
        byte[] bytes = Files.readAllBytes(file);
        int from = Integer.parseInt(words[1]);
        int to = range == null ? bytes.length : Math.min(bytes.length, Integer.parseInt(words[2]) + 1);
        try (exchange) {
            exchange.sendResponseHeaders(range == null ? 200 : 206, to - from);
            exchange.getResponseBody().write(bytes, from, to - from);
        }
    }

    @Test
    void fetchesFromABundle() throws Exception {
        neon.ok("bundle", "create", "../all.bundle", "--all");
        byte[] bytes = Files.readAllBytes(directory.resolve("all.bundle"));
        Path whole = receiver("whole");
        try (Remote bundle = new Bundle("all", directory.resolve("all.bundle"))) {
            long all = Repositories.fetch(Repositories.open(whole)).run(bundle, "origin", Fetch.Request.ALL).bytes();
            Path receiver = receiver("cut");
            for (int part = 5; part < 10; part += 2) {
                Files.write(directory.resolve("part.bundle"), Arrays.copyOf(bytes, bytes.length / 10 * part));
                try (Remote cut = new Bundle("part", directory.resolve("part.bundle"))) {
                    assertThrows(CorruptFileException.class, () -> fetch(receiver, cut));
                }
                Repositories.requireSound(Repositories.open(receiver));
            }
            long last = Repositories.fetch(Repositories.open(receiver)).run(bundle, "origin", Fetch.Request.ALL).bytes();
            assertTrue(last < all / 2, last + " bytes of " + all + " came again");
            assertEquals(files(whole), files(receiver));
        }
    }
}
