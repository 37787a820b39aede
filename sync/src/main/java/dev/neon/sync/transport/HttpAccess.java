package dev.neon.sync.transport;

import dev.neon.sync.wire.Connection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a user has for servers.
 *
 * @param tokens  by which they are let in
 * @param trusted certificates in PEM, in place of those that the JVM trusts
 * @param version {@code HTTP/1.1} or {@code HTTP/2}; empty for HTTP/2 over TLS and else HTTP/1.1
 * @param patience how long nothing need come from the other side
 */
public record HttpAccess(Tokens tokens, Optional<Path> trusted, Optional<String> version, Duration patience) {
    /** For those whom nobody knows. */
    public static final HttpAccess NONE = new HttpAccess((_, _) -> Optional.empty(), Optional.empty(), Optional.empty(), Connection.PATIENCE);

    /** Finds the token for a server. */
    public interface Tokens {
        /** @param name what the user calls the other repository: a remote, or its address */
        Optional<String> find(String name, URI address);
    }
}
