package dev.neon.sync.http;

import dev.neon.repo.error.BusyException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.wire.PatientStreams;
import dev.neon.sync.wire.WireServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers {@code POST /<repository>/neon/<verb>}: the body goes to {@link WireServer} and what it says comes back, neither of them
 * held in memory. A refusal is told in the same form, with a status of HTTP that says the same to whoever stands between.
 */
final class RequestHandler extends Handler.Abstract {
    static final String CONTENT_TYPE = "application/x-neon";
    /** What is given to a connection at a time. */
    private static final int BUFFER = 1 << 18;
    /** Of the rest of a body that is answered before its end: what is read so that the other side sees the answer. */
    private static final long MOST_DRAINED = 64L << 20;
    private static final long SMALL = 1 << 16;
    private static final long WAIT_MILLIS = 1000;
    /** Fewer than the threads that a server has beside those that answer. */
    private static final int MOST_WAITING = 8;
    private static final String OK = "ok";
    private static final String REFUSED = "refused";

    private final ServerSettings settings;
    private final ServedRoot root;
    private final Repositories repositories;
    private final Access access;
    private final Metrics metrics;
    private final AccessLog log;
    private final Clock clock;
    private final Semaphore free;
    private final Semaphore mayWait = new Semaphore(MOST_WAITING);

    RequestHandler(ServerSettings settings, ServedRoot root, Repositories repositories, Access access, Metrics metrics,
            AccessLog log, Clock clock) {
        this.settings = settings;
        this.root = root;
        this.repositories = repositories;
        this.access = access;
        this.metrics = metrics;
        this.log = log;
        this.clock = clock;
        this.free = new Semaphore(settings.mostRequests());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Optional<ServedPath> path = ServedPath.parse(String.valueOf(request.getHttpURI().getPath()));
        if (path.isEmpty()) {
            return false;
        }
        long begin = System.nanoTime();
        metrics.begin();
        Answering answering = new Answering(request, response, path.get());
        try (IdleWatch _ = IdleWatch.start(answering.streams, settings.idle(), request.getConnectionMetaData().getConnection().getEndPoint())) {
            answering.run();
            callback.succeeded();
        } catch (IOException | RuntimeException broken) {
            // Nobody is there any more to be told.
            answering.outcome = answering.isTold ? answering.outcome : "broken";
            callback.failed(broken);
        } finally {
            long in = answering.in.bytes();
            long out = answering.out.bytes();
            metrics.end(path.get().verb(), response.getStatus(), answering.outcome.equals(OK), in, out);
            log.write(new AccessLog.Entry(clock.instant(), Request.getRemoteAddr(request),
                    request.getConnectionMetaData().getHttpVersion().asString(), answering.who, path.get().verb().word(),
                    path.get().repository(), response.getStatus(), answering.outcome, in, out,
                    (System.nanoTime() - begin) / 1_000_000));
        }
        return true;
    }

    /** One request. */
    private final class Answering {
        private final Request request;
        private final Response response;
        private final ServedPath path;
        private final PatientStreams streams;
        private final MeteredInput in;
        private final MeteredOutput out;
        private String who = Access.NOBODY;
        private String outcome = REFUSED;
        /** Whether all of the answer was written: with HTTP/2 a client may leave before we have come to the end of the stream ourselves. */
        private boolean isTold;

        Answering(Request request, Response response, ServedPath path) {
            this.request = request;
            this.response = response;
            this.path = path;
            this.streams = new PatientStreams(Content.Source.asInputStream(request), Content.Sink.asOutputStream(response));
            this.in = new MeteredInput(streams.in(), settings.mostRequestBytes());
            this.out = new MeteredOutput(streams.out());
        }

        void run() throws IOException {
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            if (!request.getMethod().equals("POST")) {
                response.getHeaders().put(HttpHeader.ALLOW, "POST");
                refuse(405, new InvalidInputException("requests are made with POST"));
            } else if (!acquire()) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, "5");
                refuse(503, new BusyException("the server answers as many requests as it may", "Try again in a while."));
            } else {
                try {
                    admit();
                } finally {
                    free.release();
                }
            }
        }

        /** Waits for a moment: who asks one thing after the other may be faster than the end of the request before. */
        private boolean acquire() {
            if (free.tryAcquire()) {
                return true;
            }
            if (!mayWait.tryAcquire()) {
                return false;
            }
            try {
                return free.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
                return false;
            } finally {
                mayWait.release();
            }
        }

        private void admit() throws IOException {
            // A page in a browser cannot send this type to somebody else's server without being asked about it first.
            if (!CONTENT_TYPE.equals(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
                refuse(415, new InvalidInputException("requests have the type " + CONTENT_TYPE));
                return;
            }
            Access.Decision decision;
            try {
                decision = access.decide(Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION)), path.repository(), path.verb());
            } catch (NeonException unreadable) {
                refuse(500, unreadable);
                return;
            }
            switch (decision) {
                case Access.Decision.Refused no -> {
                    who = no.who();
                    if (no.status() == 401) {
                        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"neon\"");
                    }
                    refuse(no.status(), no.why());
                }
                case Access.Decision.Granted yes -> {
                    who = yes.who();
                    answer();
                }
            }
        }

        private void answer() throws IOException {
            if (settings.mostRequestBytes().isPresent() && request.getLength() > settings.mostRequestBytes().getAsLong()) {
                refuse(413, MeteredInput.tooLong(settings.mostRequestBytes().getAsLong()));
                return;
            }
            RepositoryEndpoint endpoint;
            try {
                Path place = root.find(path.repository());
                endpoint = repositories.open(path.repository(), place);
            } catch (NotARepositoryException none) {
                refuse(404, none);
                return;
            } catch (NeonException failure) {
                refuse(500, failure);
                return;
            }
            if (request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString())) {
                response.writeInterim(HttpStatus.CONTINUE_100, HttpFields.EMPTY).join();
            }
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, CONTENT_TYPE);
            try (endpoint; OutputStream body = new BufferedOutputStream(out, BUFFER)) {
                boolean isDone = new WireServer(endpoint, Set.of(path.verb())).answer(in, body);
                outcome = isDone ? OK : REFUSED;
                // What follows an answer would make the connection useless, and behind a refusal it may be long.
                in.drain(isDone ? SMALL : MOST_DRAINED);
                body.flush();
                isTold = true;
            }
        }

        private void refuse(int status, NeonException why) throws IOException {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, CONTENT_TYPE);
            boolean isSmall = request.getLength() >= 0 && request.getLength() <= SMALL;
            // Reading would invite who waits for "100 Continue" to send all of it.
            if (isSmall && !request.getHeaders().contains(HttpHeader.EXPECT)) {
                in.drain(SMALL);
            }
            try (OutputStream body = new BufferedOutputStream(out, BUFFER)) {
                WireServer.refuse(body, why);
            }
        }
    }
}
