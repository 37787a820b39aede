package dev.neon.cli.command.pageserver;

import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionBuilder;
import dev.neon.compute.daemon.DaemonSettings;
import dev.neon.compute.daemon.HttpChoice;
import dev.neon.compute.proxy.ListenAddress;
import dev.neon.repo.config.RepositoryConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The addresses that a user has given on the command line.
 *
 * @param listen where clients are to connect
 * @param http   where the page server is to tell its state
 */
record Addresses(Optional<ListenAddress> listen, Optional<HttpChoice> http) {
    static final String LISTEN = "--listen";
    static final String HTTP = "--http";
    private static final String LABEL = "host:port";

    /** The options with which they are given. */
    record Options(Option<ListenAddress> listen, Option<HttpChoice> http) {
        Addresses addresses() {
            return new Addresses(listen.get(), http.get());
        }
    }

    /** Declares them. @param option begins an option of the command */
    static Options options(Function<String, OptionBuilder> option) {
        return new Options(
                option.apply(LISTEN).label(LABEL).help("where clients connect, in place of pageserver.listen; port 0 is any that is free")
                        .as(text -> ListenAddress.parse(LISTEN, text)),
                option.apply(HTTP).label(LABEL).help("where it tells its state over HTTP, in place of pageserver.http; or off")
                        .as(text -> HttpChoice.parse(HTTP, text)));
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
