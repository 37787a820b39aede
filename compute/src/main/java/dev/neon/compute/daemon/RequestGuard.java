package dev.neon.compute.daemon;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses what only a browser sends on behalf of a page from elsewhere, although the endpoint is on loopback only: a name of
 * the page's own that leads to 127.0.0.1 (DNS rebinding) shows in the Host header, another page in Origin or Sec-Fetch-Site. And
 * whoever wants to change something has to know the token.
 */
final class RequestGuard {
    /** A port is not looked at, since it may be forwarded from another. */
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\[\\]/@\\s]+)(?::\\d{1,5})?");
    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(?:\\.\\d{1,3}){3}");
    private static final Set<String> OWN = Set.of("localhost", "localhost.", "[::1]");
    private static final Set<String> OWN_SITE = Set.of("none", "same-origin");
    private static final String SCHEME = "Bearer ";

    private final AccessToken token;

    RequestGuard(AccessToken token) {
        this.token = token;
    }

    /** Why a request is refused, whatever it is for. */
    Optional<Answer> check(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        List<String> hosts = headers.getOrDefault("Host", List.of());
        if (hosts.size() != 1 || !isOwn(hosts.getFirst())) {
            return refuse("the Host header names no address of this machine, for example 127.0.0.1");
        }
        // A proxy's form of a request: the Host header does not count then.
        URI uri = exchange.getRequestURI();
        if (uri.isAbsolute() || uri.getRawAuthority() != null) {
            return refuse("the request is for a proxy");
        }
        boolean isElsewhere = headers.getOrDefault("Origin", List.of()).stream().anyMatch(origin -> !isOwnOrigin(origin, hosts.getFirst()))
                || headers.getOrDefault("Sec-Fetch-Site", List.of()).stream().anyMatch(site -> !OWN_SITE.contains(site));
        return isElsewhere ? refuse("the request comes from a page of another origin") : Optional.empty();
    }

    /** Why a request that changes something is refused. */
    Optional<Answer> checkToken(HttpExchange exchange) {
        List<String> credentials = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
        boolean isKnown = credentials.size() == 1 && credentials.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && token.is(credentials.getFirst().substring(SCHEME.length()).strip());
        return isKnown ? Optional.empty() : Optional.of(Answer.error(401,
                "what changes state needs the token in .neon/run/pageserver.token, as 'Authorization: Bearer <token>'")
                .with("WWW-Authenticate", "Bearer realm=\"neon pageserver\""));
    }

    private static Optional<Answer> refuse(String why) {
        return Optional.of(Answer.error(403, why));
    }

    private static boolean isOwn(String authority) {
        Matcher matcher = HOST.matcher(authority.strip());
        if (!matcher.matches()) {
            return false;
        }
        String host = matcher.group(1).toLowerCase(Locale.ROOT);
        return OWN.contains(host) || IPV4_LOOPBACK.matcher(host).matches();
    }

    private static boolean isOwnOrigin(String origin, String host) {
        return origin.equalsIgnoreCase("http://" + host.strip());
    }
}
