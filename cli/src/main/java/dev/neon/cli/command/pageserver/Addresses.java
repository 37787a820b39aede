package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Option;
import dev.neon.compute.daemon.DaemonSettings;
import dev.neon.compute.daemon.HttpChoice;
import dev.neon.compute.proxy.ListenAddress;
import dev.neon.repo.config.RepositoryConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses that a user has given on the command line.
 *
 * @param listen where clients are to connect
 * @param http   where the page server is to tell its state
 */
record Addresses(Optional<ListenAddress> listen, Optional<HttpChoice> http) {
    static final String LISTEN = "--listen";
    static final String HTTP = "--http";
    static final String LABEL = "host:port";

    static Addresses of(Option<ListenAddress> listen, Option<HttpChoice> http) {
        return new Addresses(listen.get(), http.get());
    }

    static ListenAddress listen(String text) {
        return ListenAddress.parse(LISTEN, text);
    }

    static HttpChoice http(String text) {
        return HttpChoice.parse(HTTP, text);
    }

    DaemonSettings settings(RepositoryConfig config) {
        return DaemonSettings.of(config, listen, http);
    }

    /** The same, as words of a command line. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        listen.ifPresent(address -> words.addAll(List.of(LISTEN, address.toString())));
        http.ifPresent(address -> words.addAll(List.of(HTTP, address.toString())));
        return words;
    }
}
