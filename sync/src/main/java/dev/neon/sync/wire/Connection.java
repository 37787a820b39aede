package dev.neon.sync.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** A way to the other side, on which requests are answered. */
public interface Connection extends AutoCloseable {
    /** How long nothing need come from the other side, if nobody says otherwise: it says every few seconds that it is there. */
    Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * One request with its answer.
     *
     * @param verb of the protocol, for those that have a place to say it before the request itself
     */
    Exchange begin(String verb) throws IOException;

    /** How many exchanges may go on at a time. */
    int width();

    /** Whether the other side is so near that compressing takes longer than sending. */
    default boolean isNear() {
        return false;
    }

    /** First the request is written and closed, then the answer is read to its end and closed. */
    interface Exchange extends AutoCloseable {
        OutputStream request() throws IOException;

        InputStream answer() throws IOException;

        /** Called when all of the answer was read: where each has an end of its own, it is waited for. */
        default void end(InputStream answer) throws IOException {}

        @Override
        void close();
    }

    @Override
    void close();
}
