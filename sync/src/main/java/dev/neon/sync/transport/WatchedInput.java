package dev.neon.sync.transport;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * An answer that ends with an error if nothing of it comes for a time: servers say every few seconds that they are still at
 * it, so the other side is gone then, or the way to it. Streams of the HTTP client know no such limit themselves.
 */
final class WatchedInput extends FilterInputStream {
    private final Duration patience;
    private final Thread watch;
    /** Since when somebody waits, of {@link System#nanoTime}; 0 if nobody does. */
    private volatile long since;
    private volatile boolean isStuck;

    WatchedInput(InputStream in, Duration patience) {
        super(in);
        this.patience = patience;
        this.watch = Thread.startVirtualThread(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(patience.dividedBy(4));
                long begin = since;
                if (begin != 0 && System.nanoTime() - begin > patience.toNanos()) {
                    isStuck = true;
                    in.close();
                    return;
                }
            }
        } catch (InterruptedException | IOException ended) {
            // Nobody reads any more.
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        since = System.nanoTime() | 1;
        try {
            int some = in.read(bytes, offset, length);
            if (isStuck) {
                throw stuck();
            }
            return some;
        } catch (IOException failure) {
            throw isStuck ? stuck() : failure;
        } finally {
            since = 0;
        }
    }

    private IOException stuck() {
        return new IOException("nothing came for " + patience.toSeconds() + " s");
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        in.close();
    }
}
