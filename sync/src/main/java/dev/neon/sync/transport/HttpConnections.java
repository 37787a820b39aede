package dev.neon.sync.transport;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.tls.Pem;
import dev.neon.sync.Remote;
import dev.neon.sync.wire.WireRemote;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;

/** Connections to {@code neon serve --http}. */
final class HttpConnections {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private HttpConnections() {}

    static Remote open(String name, RemoteUrl.OfHttp url, HttpAccess access) {
        URI address;
        try {
            address = new URI(url.address());
        } catch (URISyntaxException malformed) {
            throw new InvalidInputException("invalid address '" + url.address() + "'", "An address is as https://host/path.");
        }
        if (address.getHost() == null || address.getRawQuery() != null || address.getRawFragment() != null) {
            throw new InvalidInputException("invalid address '" + url.address() + "'", "An address is as https://host/path.");
        }
        boolean isSecure = address.getScheme().equalsIgnoreCase("https");
        boolean isTwo = access.version().map(HttpConnections::isTwo).orElse(isSecure);
        Optional<String> token = url.token().or(() -> access.tokens().find(name, address));
        String shown = RemoteUrl.shown(name);
        if (token.isPresent() && !token.get().matches("[\\x21-\\x7e]*")) {
            throw new InvalidInputException("the token for '" + shown + "' has characters that no token has",
                    "Copy it again: it is one word of letters, digits and '_'.");
        }
        if (!isSecure && !isTwo && isDirect(address)) {
            return new HttpRemote(new WireRemote(shown, new Http1Connection(address, token, access.patience())),
                    () -> StaticRemote.find(shown, client(false, false, access), address, token));
        }
        HttpClient client = client(isSecure, isTwo, access);
        return new HttpRemote(new WireRemote(shown, new HttpConnection(client, address, token, isTwo && !isSecure, access.patience())),
                () -> StaticRemote.find(shown, client, address, token));
    }

    /** Whether no proxy is to be asked, of those that the JVM's user may have named. */
    private static boolean isDirect(URI address) {
        ProxySelector selector = ProxySelector.getDefault();
        return selector == null || selector.select(address).stream().allMatch(proxy -> proxy.type() == Proxy.Type.DIRECT);
    }

    private static HttpClient client(boolean isSecure, boolean isTwo, HttpAccess access) {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(PATIENCE)
                // A token is for one server, and a POST that is sent on elsewhere becomes a GET.
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(isTwo ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
        if (isSecure) {
            access.trusted().map(Pem::trusting).ifPresent(client::sslContext);
        }
        return client.build();
    }

    private static boolean isTwo(String version) {
        return switch (version) {
            case "HTTP/2" -> true;
            case "HTTP/1.1" -> false;
            default -> throw new InvalidInputException("invalid value '" + version + "' of 'http.version'", "It is HTTP/1.1 or HTTP/2.");
        };
    }
}
