package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ListenAddress;
import dev.neon.repo.config.RepositoryConfig;
import java.util.Optional;

/**
 * How a page server is started.
 *
 * @param listen where clients connect
 * @param http   where it tells its state over HTTP
 */
public record DaemonSettings(ListenAddress listen, HttpChoice http) {
    public static final String LISTEN_KEY = "pageserver.listen";
    public static final String HTTP_KEY = "pageserver.http";

    /**
     * As the configuration says, unless the user does.
     *
     * @throws dev.neon.repo.error.InvalidInputException if the configuration has something that is no address
     */
    public static DaemonSettings of(RepositoryConfig config, Optional<ListenAddress> listen, Optional<HttpChoice> http) {
        return new DaemonSettings(
                listen.orElseGet(() -> ListenAddress.parse(LISTEN_KEY, config.get(LISTEN_KEY).orElse(ListenAddress.DEFAULT))),
                http.or(() -> config.get(HTTP_KEY).map(text -> HttpChoice.parse(HTTP_KEY, text))).orElseGet(HttpChoice::byDefault));
    }
}
