package dev.neon.sync.http;

import dev.neon.sync.wire.PatientStreams;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;

/**
 * Closes the connection of a request whose other side neither says nor takes anything any more, so that the thread that answers it is
 * free again. Jetty's own limit does not end a write over HTTP/2.
 */
final class IdleWatch implements AutoCloseable {
    private final PatientStreams streams;
    private final Duration patience;
    private final EndPoint connection;
    private final Thread thread;

    private IdleWatch(PatientStreams streams, Duration patience, EndPoint connection) {
        this.streams = streams;
        this.patience = patience;
        this.connection = connection;
        this.thread = Thread.startVirtualThread(this::watch);
    }

    /** Watches until it is closed. */
    static IdleWatch start(PatientStreams streams, Duration patience, EndPoint connection) {
        return new IdleWatch(streams, patience, connection);
    }

    private void watch() {
        try {
            while (!streams.waits(patience)) {
                Thread.sleep(patience.dividedBy(4));
            }
            connection.close(new TimeoutException("nothing moved for " + patience.toSeconds() + " s"));
        } catch (InterruptedException over) {
            // It has ended by itself.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
