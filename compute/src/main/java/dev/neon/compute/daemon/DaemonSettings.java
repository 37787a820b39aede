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
public record DaemonSettings(ListenAddress listen, ListenAddress http) {
    public static final String LISTEN_KEY = "pageserver.listen";
    public static final String HTTP_KEY = "pageserver.http";
    /** Where it tells its state, if it is not told otherwise. */
    public static final String DEFAULT_HTTP = "127.0.0.1:9898";

    /**
     * As the configuration says, unless the user does.
     *
     * @throws dev.neon.repo.error.InvalidInputException if the configuration has something that is no address
     */
    public static DaemonSettings of(RepositoryConfig config, Optional<ListenAddress> listen, Optional<ListenAddress> http) {
        return new DaemonSettings(listen.orElseGet(() -> configured(config, LISTEN_KEY, ListenAddress.DEFAULT)),
                http.orElseGet(() -> configured(config, HTTP_KEY, DEFAULT_HTTP)));
    }

    private static ListenAddress configured(RepositoryConfig config, String key, String whenAbsent) {
        return ListenAddress.parse(key, config.get(key).orElse(whenAbsent));
    }
}
