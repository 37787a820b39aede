package dev.neon.sync.http;

import dev.neon.sync.wire.WireServer.Verb;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How a server is to run.
 *
 * @param host             a name or address of this machine; brackets around IPv6 are gone
 * @param port             0 for any that is free
 * @param root             the directory below which repositories are
 * @param tls              what it proves itself with; empty for plain HTTP
 * @param allowed          what anybody may ask for at all
 * @param anonymous        what may be asked for without a token
 * @param mostRequestBytes of the body of a request; empty for any number
 * @param idle             how long a connection on which nothing moves stays open
 * @param mostRequests     that are answered at a time; one more is told to come back
 * @param grace            how long {@link HttpServer#stop} waits for those that run
 */
public record ServerSettings(String host, int port, Path root, Optional<Tls> tls, Set<Verb> allowed, Set<Verb> anonymous,
        OptionalLong mostRequestBytes, Duration idle, int mostRequests, Duration grace) {
    public static final Duration DEFAULT_IDLE = Duration.ofSeconds(60);
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    public static final int DEFAULT_REQUESTS = 64;

    /**
     * Files in PEM.
     *
     * @param certificate the server's own first, then those that lead to one that clients trust
     * @param key         PKCS #8, not encrypted
     */
    public record Tls(Path certificate, Path key) {}
}
