package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ListenAddress;
import dev.neon.repo.Iso8601;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.repository.PlaceMark;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A page server that lets clients in: {@code run/pageserver}, lines {@code key: value}.
 *
 * @param repository where its repository is, without symbolic links
 * @param directory  which directory that is; a copy of a repository has the original's here. Empty from a release that did not note it
 * @param pid        its process
 * @param address    where clients connect
 * @param http       where it tells its state over HTTP; empty if it does not
 * @param asked      where it was told to
 * @param restart    what a user is to type to restart it, if a service manager has started it
 * @param started    when it began to let clients in
 */
public record DaemonRecord(Path repository, Optional<PlaceMark> directory, long pid, ListenAddress address, Optional<ListenAddress> http,
                           HttpChoice asked, Optional<String> restart, Instant started) {
    private static final String REPOSITORY = "repository";
    private static final String DIRECTORY = "directory";
    private static final String PID = "pid";
    private static final String ADDRESS = "address";
    private static final String HTTP = "http";
    private static final String ASKED = "http-asked";
    private static final String RESTART = "restart";
    private static final String STARTED = "started";

    /**
     * Where one that comes in its place is to tell its state, if nobody says otherwise: a port that was any stays, and one that nobody has chosen is
     * chosen no more than before.
     */
    public HttpChoice again() {
        return asked.isChosen() && asked.address().isPresent() ? http.map(HttpChoice::at).orElse(asked) : asked;
    }

    String toText() {
        return line(REPOSITORY, repository) + line(DIRECTORY, directory) + line(PID, pid) + line(ADDRESS, address) + line(HTTP, http)
                + line(ASKED, asked.toText()) + line(RESTART, restart) + line(STARTED, Iso8601.format(started));
    }

    private static String line(String key, Optional<?> value) {
        return value.map(present -> line(key, present)).orElse("");
    }

    private static String line(String key, Object value) {
        return key + ": " + value + '\n';
    }

    /** Reads {@link #toText}; empty if it is anything else. */
    static Optional<DaemonRecord> parse(String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n")) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        try {
            Optional<ListenAddress> http = Optional.ofNullable(values.get(HTTP)).map(place -> ListenAddress.parse(HTTP, place));
            // A release that did not note what was asked took what was there for chosen.
            HttpChoice asked = Optional.ofNullable(values.get(ASKED)).map(choice -> HttpChoice.ofText(ASKED, choice))
                    .orElseGet(() -> http.map(HttpChoice::at).orElseGet(HttpChoice::byDefault));
            return Optional.of(new DaemonRecord(Path.of(values.getOrDefault(REPOSITORY, "")),
                    Optional.ofNullable(values.get(DIRECTORY)).flatMap(PlaceMark::parse), Long.parseLong(values.getOrDefault(PID, "")),
                    ListenAddress.parse(ADDRESS, values.getOrDefault(ADDRESS, "")), http, asked, Optional.ofNullable(values.get(RESTART)),
                    Iso8601.parse(values.getOrDefault(STARTED, ""))));
        } catch (IllegalArgumentException | DateTimeException | InvalidInputException malformed) {
            return Optional.empty();
        }
    }
}
