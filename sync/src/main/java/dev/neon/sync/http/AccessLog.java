package dev.neon.sync.http;

import dev.neon.repo.files.Escape;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/** A line for each request, of words {@code name=value}; docs/serve.md lists them. */
final class AccessLog {
    private final Consumer<String> lines;

    /** @param lines takes each without its newline, one at a time */
    AccessLog(Consumer<String> lines) {
        this.lines = lines;
    }

    /**
     * One request.
     *
     * @param protocol   and its version: HTTP/2.0
     * @param who        the name of the token; "-" for none
     * @param what       a verb, or the path of another page
     * @param repository its name; "-" for none
     * @param status     of HTTP
     * @param outcome    {@code ok}; {@code refused}, also where the status was out before it was known; {@code broken}
     */
    record Entry(Instant time, String peer, String protocol, String who, String what, String repository, int status, String outcome, long in,
            long out, long millis) {}

    synchronized void write(Entry entry) {
        lines.accept("time=" + entry.time().truncatedTo(ChronoUnit.MILLIS) + " peer=" + word(entry.peer()) + " proto="
                + entry.protocol() + " token=" + word(entry.who()) + " verb=" + word(entry.what()) + " repo=" + word(entry.repository()) + " status="
                + entry.status() + " result=" + entry.outcome() + " in=" + entry.in() + " out=" + entry.out() + " ms="
                + entry.millis());
    }

    /** What comes from strangers neither ends a line nor begins another word. */
    private static String word(String text) {
        String cut = text.length() > 256 ? text.substring(0, 256) + "…" : text;
        return Escape.escape(cut).replace(" ", "%20").replaceAll("\\p{Cntrl}", "?");
    }
}
