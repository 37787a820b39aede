package dev.neon.sync.http;

import dev.neon.sync.wire.WireServer.Verb;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the path of a request asks for: {@code /<repository>/neon/<verb>}.
 *
 * @param repository its name below the root, decoded
 */
record ServedPath(String repository, Verb verb) {
    private static final String MIDDLE = "/neon/";

    /** @param path as it was sent, with its percent signs */
    static Optional<ServedPath> parse(String path) {
        int middle = path.lastIndexOf(MIDDLE);
        if (middle <= 0 || !path.startsWith("/")) {
            return Optional.empty();
        }
        try {
            // A plus sign is itself in a path, and a blank only in a form.
            String repository = URLDecoder.decode(path.substring(1, middle).replace("+", "%2B"), StandardCharsets.UTF_8);
            return Verb.of(path.substring(middle + MIDDLE.length())).map(verb -> new ServedPath(repository, verb));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
