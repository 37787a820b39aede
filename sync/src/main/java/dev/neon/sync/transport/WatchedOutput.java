package dev.neon.sync.transport;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/**
 * What goes out on a socket, ended with an error if the other side takes nothing for a time. The operating system alone would go on
 * trying for a quarter of an hour where the way there is gone.
 */
final class WatchedOutput extends FilterOutputStream {
    /** So much is given at a time: a slow line takes it, and is not held for a dead one. */
    private static final int PART = 1 << 14;

    private final Socket socket;
    private final Duration patience;
    /** Since when somebody writes, of {@link System#nanoTime}; 0 if nobody does. */
    private volatile long since;
    private volatile boolean isStuck;

    /** Watches until the socket is closed. */
    WatchedOutput(Socket socket, Duration patience) throws IOException {
        super(socket.getOutputStream());
        this.socket = socket;
        this.patience = patience;
        Thread.startVirtualThread(this::watch);
    }

    private void watch() {
        try {
            while (!socket.isClosed()) {
                Thread.sleep(patience.dividedBy(4));
                long begin = since;
                if (begin != 0 && System.nanoTime() - begin > patience.toNanos()) {
                    isStuck = true;
                    // What was not sent is not to come later, between what the next try sends.
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
            }
        } catch (InterruptedException | IOException ended) {
            // Nobody writes any more.
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            for (int done = 0; done < length; done += PART) {
                since = System.nanoTime() | 1;
                out.write(bytes, offset + done, Math.min(PART, length - done));
            }
        } catch (IOException failure) {
            throw isStuck ? new IOException("the other side took nothing for " + patience.toSeconds() + " s", failure) : failure;
        } finally {
            since = 0;
        }
    }
}
