package dev.neon.sync.transport;

import dev.neon.repo.error.InvalidInputException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jgit.transport.URIish;

/** Where a repository is, in the forms that git knows: a path, {@code file://}, {@code ssh://}, {@code host:path}, {@code http(s)://}. */
public sealed interface RemoteUrl {
    /** On this machine. */
    record OfPath(Path path) implements RemoteUrl {}

    /**
     * On another one.
     *
     * @param target {@code user@host} or {@code host}
     * @param path   there, absolute or from the user's home
     */
    record OfSsh(String target, Optional<Integer> port, String path) implements RemoteUrl {}

    /**
     * Behind a server.
     *
     * @param address without a user's name and token, and without a slash at its end
     * @param token   if it was typed before the host: {@code https://any:token@host/path}
     */
    record OfHttp(String address, Optional<String> token) implements RemoteUrl {}

    /**
     * Reads one as a user types it.
     *
     * @param from what relative paths begin at
     * @throws InvalidInputException if it has no known form
     */
    static RemoteUrl parse(String text, Path from) {
        if (text.isBlank() || text.startsWith("-") || text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(text);
        }
        if (text.matches("(?i)https?://[^@%]+")) {
            // As below, without JGit's parser: to load it, and what it loads, takes 10 ms of a fetch.
            return new OfHttp(withoutSlash(text), Optional.empty());
        }
        URIish url;
        try {
            url = new URIish(text);
        } catch (URISyntaxException malformed) {
            throw invalid(text);
        }
        String scheme = Optional.ofNullable(url.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "http", "https" -> new OfHttp(withoutSlash(shown(text)), token(url));
            case "ssh" -> ssh(text, url);
            case "file" -> new OfPath(Path.of(url.getPath()));
            case "" -> url.getHost() == null ? new OfPath(from.resolve(text).normalize()) : ssh(text, url);
            default -> throw invalid(text);
        };
    }

    private static String withoutSlash(String address) {
        return address.replaceAll("/+$", "");
    }

    private static Optional<String> token(URIish url) {
        return Optional.ofNullable(url.getPass()).or(() -> Optional.ofNullable(url.getUser()).filter(user -> user.startsWith("neon_")));
    }

    /** An address as it may be printed and logged: those of servers without what stands before the host, which may be a token. */
    static String shown(String text) {
        return text.replaceFirst("^([Hh][Tt][Tt][Pp][Ss]?://)[^/]*@", "$1");
    }

    private static RemoteUrl ssh(String text, URIish url) {
        String host = Optional.ofNullable(url.getHost()).orElse("");
        String user = Optional.ofNullable(url.getUser()).map(name -> name + '@').orElse("");
        String path = Optional.ofNullable(url.getPath()).orElse("");
        // What begins with a dash would be an option of ssh.
        if (host.isEmpty() || host.startsWith("-") || user.startsWith("-") || path.isEmpty()) {
            throw invalid(text);
        }
        // ssh://host/~/x and ssh://host/~user/x, as git has them.
        String plain = path.startsWith("/~/") ? path.substring(3) : path.startsWith("/~") ? path.substring(1) : path;
        return new OfSsh(user + host, url.getPort() > 0 ? Optional.of(url.getPort()) : Optional.empty(), plain);
    }

    private static InvalidInputException invalid(String text) {
        return new InvalidInputException("invalid address '" + shown(text) + "'",
                "A repository is at a path, ssh://host/path, host:path or https://host/path.");
    }
}
