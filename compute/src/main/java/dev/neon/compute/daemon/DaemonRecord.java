package dev.neon.compute.daemon;

import dev.neon.compute.proxy.ListenAddress;
import dev.neon.repo.Iso8601;
import dev.neon.repo.error.InvalidInputException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A page server that lets clients in: {@code run/pageserver}, lines {@code key: value}.
 *
 * @param repository where its repository is, without symbolic links; a copy of a repository has the original's
 * @param pid        its process
 * @param address    where clients connect
 * @param http       where it tells its state over HTTP; empty if it does not
 * @param started    when it began to let clients in
 */
public record DaemonRecord(Path repository, long pid, ListenAddress address, Optional<ListenAddress> http, Instant started) {
    private static final String REPOSITORY = "repository";
    private static final String PID = "pid";
    private static final String ADDRESS = "address";
    private static final String HTTP = "http";
    private static final String STARTED = "started";

    String toText() {
        return line(REPOSITORY, repository) + line(PID, pid) + line(ADDRESS, address)
                + http.map(place -> line(HTTP, place)).orElse("") + line(STARTED, Iso8601.format(started));
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
            return Optional.of(new DaemonRecord(Path.of(values.getOrDefault(REPOSITORY, "")),
                    Long.parseLong(values.getOrDefault(PID, "")), ListenAddress.parse(ADDRESS, values.getOrDefault(ADDRESS, "")),
                    Optional.ofNullable(values.get(HTTP)).map(place -> ListenAddress.parse(HTTP, place)),
                    Iso8601.parse(values.getOrDefault(STARTED, ""))));
        } catch (IllegalArgumentException | DateTimeException | InvalidInputException malformed) {
            return Optional.empty();
        }
    }
}
