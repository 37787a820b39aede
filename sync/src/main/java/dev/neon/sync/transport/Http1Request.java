package dev.neon.sync.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The body of a request of HTTP/1.1, as a stream to write to. A short one is sent when it is closed, with its length; a longer one
 * in chunks, once the other side has said that it wants it. What it does not want any more is forgotten: its answer tells why.
 */
final class Http1Request extends BlockOutput {
    /** Who says nothing to "100-continue" for so long does not know it. */
    private static final Duration CONTINUE = Duration.ofSeconds(2);

    private final Lines lines;
    private final String head;
    private Optional<Http1Line> line = Optional.empty();
    /** What the other side has said before the end of the request. */
    private Optional<Http1Head> answer = Optional.empty();
    private boolean isClosed;

    /** Gives lines. */
    interface Lines {
        Http1Line take() throws IOException;
    }

    /** @param head all of it but the fields that tell the length, each line with its end */
    Http1Request(Lines lines, String head) {
        this.lines = lines;
        this.head = head;
    }

    /** The line that it went out on; after it was begun. */
    Http1Line line() {
        return line.orElseThrow(() -> new IllegalStateException("the request is not closed yet"));
    }

    boolean isBegun() {
        return line.isPresent();
    }

    /** Whether all of it was sent, so that the line is good for another. */
    boolean isWhole() {
        return isClosed && !isRefused();
    }

    private boolean isRefused() {
        return answer.isPresent() && answer.get().status() != 200;
    }

    @Override
    void pass() throws IOException {
        if (line.isEmpty()) {
            Http1Line taken = lines.take();
            line = Optional.of(taken);
            taken.watchWrites();
            // Who is refused should not send gigabytes first.
            taken.write(head + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
            taken.out().flush();
            if (taken.says(CONTINUE)) {
                listen(taken);
            }
        } else if (answer.isEmpty() && line.get().hasSaid()) {
            listen(line.get());
        }
        if (!isRefused()) {
            line.get().write(Integer.toHexString(filled) + "\r\n");
            line.get().out().write(block, 0, filled);
            line.get().write("\r\n");
        }
        filled = 0;
    }

    private void listen(Http1Line from) throws IOException {
        Http1Head said = Http1Head.read(from.in());
        if (!said.isInterim()) {
            answer = Optional.of(said);
        }
    }

    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        if (line.isEmpty()) {
            Http1Line taken = lines.take();
            line = Optional.of(taken);
            taken.write(head + "Content-Length: " + filled + "\r\n\r\n");
            taken.out().write(block, 0, filled);
        } else {
            if (filled > 0) {
                pass();
            }
            if (!isRefused()) {
                line.get().write("0\r\n\r\n");
            }
        }
        isClosed = true;
        line.get().out().flush();
    }

    /** The head of the answer, once it is there. */
    Http1Head answer() throws IOException {
        Http1Head said = answer.isPresent() ? answer.get() : Http1Head.read(line().in());
        while (said.isInterim()) {
            said = Http1Head.read(line().in());
        }
        return said;
    }
}
