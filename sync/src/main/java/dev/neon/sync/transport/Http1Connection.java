package dev.neon.sync.transport;

import dev.neon.sync.wire.Connection;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A repository behind a server, over HTTP/1.1 in the clear: as {@link HttpConnection}, but whoever wants the bytes reads them from
 * the socket. The JDK's client has a thread of its own do that, and hand them over in buffers of its own: at gigabytes a second, that
 * was half of the time of a clone, and to load it a good part of that of a small fetch.
 */
final class Http1Connection implements Connection {
    /** After which a line is not used again: the other side may be about to close it. */
    private static final Duration STALE = Duration.ofSeconds(1);

    private final URI address;
    private final String fields;
    private final Duration patience;
    private final ConcurrentLinkedDeque<Http1Line> free = new ConcurrentLinkedDeque<>();

    /** @param patience how long nothing need come from the other side */
    Http1Connection(URI address, Optional<String> token, Duration patience) {
        this.address = address;
        this.patience = patience;
        this.fields = " HTTP/1.1\r\nHost: " + address.getRawAuthority().replaceFirst(".*@", "") + "\r\nUser-Agent: neon\r\nContent-Type: "
                + HttpConnection.CONTENT_TYPE + "\r\nAccept: " + HttpConnection.CONTENT_TYPE + "\r\n"
                + token.map(text -> "Authorization: Bearer " + text + "\r\n").orElse("");
    }

    @Override
    public Exchange begin(String verb) {
        return new Http1Exchange(new Http1Request(this::take, "POST " + address.getRawPath() + "/neon/" + verb + fields));
    }

    private Http1Line take() throws IOException {
        for (Http1Line line = free.pollFirst(); line != null; line = free.pollFirst()) {
            if (line.idle().compareTo(STALE) < 0) {
                return line;
            }
            line.close();
        }
        return Http1Line.open(address, HttpConnections.connect(patience), patience);
    }

    @Override
    public int width() {
        return HttpConnection.WIDTH;
    }

    @Override
    public boolean isNear() {
        return HttpConnection.isLoopback(address);
    }

    @Override
    public void close() {
        for (Http1Line line = free.pollFirst(); line != null; line = free.pollFirst()) {
            line.close();
        }
    }

    private final class Http1Exchange implements Exchange {
        private final Http1Request request;
        private boolean isOver;

        Http1Exchange(Http1Request request) {
            this.request = request;
        }

        @Override
        public OutputStream request() {
            return request;
        }

        @Override
        public InputStream answer() throws IOException {
            if (!request.isBegun()) {
                throw new IOException("nothing was sent");
            }
            Http1Head head = request.answer();
            Http1Body body = Http1Body.of(head, request.line().in());
            // A refusal too is told in the protocol, with the server's own hint.
            if (!head.field("content-type").orElse("").equals(HttpConnection.CONTENT_TYPE)) {
                throw HttpRefusal.of(address, head.status(), head.field("location"));
            }
            return new FilterInputStream(body) {
                @Override
                public void close() {
                    end(head, body);
                }
            };
        }

        /** Keeps the line for another request, if it is good for one. */
        private void end(Http1Head head, Http1Body body) {
            if (isOver) {
                return;
            }
            isOver = true;
            Http1Line line = request.line();
            if (head.isKept() && request.isWhole() && !body.isUpToTheEnd() && line.isAtEnd(body)) {
                line.free();
                free.addFirst(line);
            } else {
                line.close();
            }
        }

        @Override
        public void close() {
            if (!isOver && request.isBegun()) {
                isOver = true;
                request.line().close();
            }
        }
    }
}
