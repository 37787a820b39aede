package dev.neon.cli.command.remote;

import dev.neon.sync.Remote;
import dev.neon.sync.http.HttpServer;
import dev.neon.sync.http.ServerSettings;
import dev.neon.sync.http.TokenFile;
import dev.neon.sync.ssh.SshAccess;
import dev.neon.sync.transport.HttpAccess;
import dev.neon.sync.transport.Transports;
import dev.neon.sync.wire.Connection;
import dev.neon.sync.wire.WireServer.Verb;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Over HTTP/1.1. */
class HttpTransportTest extends TransportContract {
    /** Below it are the directories of all tests, if this is where a JVM puts them. */
    private static Path root;
    private static HttpServer server;
    private static String token;

    @BeforeAll
    static void start(@TempDir Path some) {
        root = some.getParent();
        token = new TokenFile(some).create("test", true, Clock.systemUTC().instant(), Optional.empty(), List.of()).text();
        server = HttpServer.start(new ServerSettings("127.0.0.1", 0, root, Optional.empty(), EnumSet.allOf(Verb.class), Set.of(),
                        OptionalLong.empty(), ServerSettings.DEFAULT_IDLE, 8, ServerSettings.DEFAULT_GRACE),
                new TokenFile(some), (name, place) -> Repositories.endpoint(name, Repositories.open(place)), Clock.systemUTC(), _ -> { });
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @Override
    Remote open(Path repository) {
        HttpAccess access = new HttpAccess((_, _) -> Optional.of(token), Optional.empty(), version(), Connection.PATIENCE);
        return new Transports(directory, (_, _) -> {
            throw new AssertionError("not a path");
        }, SshAccess.program(List.of("ssh")), "neon", access).open("there", server.address() + '/' + root.relativize(repository.endsWith(".neon") ? repository.getParent() : repository));
    }

    Optional<String> version() {
        return Optional.of("HTTP/1.1");
    }
}
