package dev.neon.sync.transport;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A socket to a server, on which requests and answers of HTTP/1.1 follow each other. One thread uses it at a time. */
final class Http1Line implements Closeable {
    private static final int PORT = 80;
    /** Small, so that what is read in larger parts goes past it, straight to where it is wanted. */
    private static final int INPUT_BUFFER = 1 << 13;
    private static final int OUTPUT_BUFFER = 1 << 17;
    /** So often whoever waits for the other side looks whether to go on waiting. */
    private static final int LOOK_MILLIS = 1000;
    private static final int PROBE_MILLIS = 100;

    private final Socket socket;
    private final BufferedInputStream in;
    private OutputStream out;
    private boolean isWatched;
    private final Duration patience;
    private final long begun = System.nanoTime();
    private long freeSince;
    /** Whether it is asked only if something comes. */
    private boolean isProbing;

    private Http1Line(Socket socket, Duration patience) throws IOException {
        this.socket = socket;
        this.patience = patience;
        socket.setSoTimeout(LOOK_MILLIS);
        InputStream bytes = socket.getInputStream();
        this.in = new BufferedInputStream(new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return patiently(bytes, buffer, offset, length);
            }
        }, INPUT_BUFFER);
        this.out = new BufferedOutputStream(socket.getOutputStream(), OUTPUT_BUFFER);
    }

    /**
     * Connects, to the first of a host's addresses that takes it.
     *
     * @param patience how long nothing need come from the other side
     */
    static Http1Line open(URI address, Duration connect, Duration patience) throws IOException {
        String host = address.getHost();
        int port = address.getPort() < 0 ? PORT : address.getPort();
        InetAddress[] places;
        try {
            places = InetAddress.getAllByName(host);
        } catch (UnknownHostException nowhere) {
            throw new IOException("there is no host '" + host + "'", nowhere);
        }
        IOException last = new IOException("there is no host '" + host + "'");
        for (InetAddress place : places) {
            Socket socket = new Socket(Proxy.NO_PROXY);
            try {
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                socket.connect(new InetSocketAddress(place, port), (int) connect.toMillis());
                return new Http1Line(socket, patience);
            } catch (ConnectException refused) {
                last = new IOException("nobody listens there", refused);
            } catch (SocketTimeoutException silent) {
                last = new IOException("nobody answered for " + connect.toSeconds() + " s", silent);
            } catch (IOException failure) {
                last = failure;
            }
            socket.close();
        }
        throw last;
    }

    private int patiently(InputStream bytes, byte[] buffer, int offset, int length) throws IOException {
        long begin = System.nanoTime();
        while (true) {
            try {
                return bytes.read(buffer, offset, length);
            } catch (SocketTimeoutException nothing) {
                if (isProbing) {
                    throw nothing;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted");
                }
                if (System.nanoTime() - begin > patience.toNanos()) {
                    throw new IOException("nothing came for " + patience.toSeconds() + " s", nothing);
                }
            }
        }
    }

    InputStream in() {
        return in;
    }

    /** Has to be flushed. */
    OutputStream out() {
        return out;
    }

    /** From now on whoever writes waits for the other side no longer than whoever reads. Nothing is written and not flushed. */
    void watchWrites() throws IOException {
        if (!isWatched) {
            isWatched = true;
            out = new BufferedOutputStream(new WatchedOutput(socket, patience), OUTPUT_BUFFER);
        }
    }

    void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether the other side has said something. */
    boolean hasSaid() throws IOException {
        return in.available() > 0 || socket.getInputStream().available() > 0;
    }

    /** Whether the other side says something, or is gone, within a time. */
    boolean says(Duration within) throws IOException {
        probe((int) within.toMillis());
        in.mark(1);
        try {
            if (in.read() >= 0) {
                in.reset();
            }
            return true;
        } catch (SocketTimeoutException nothing) {
            return false;
        } finally {
            goOn();
        }
    }

    /** Whether the body of an answer ends here, told at once. */
    boolean isAtEnd(InputStream body) {
        try {
            probe(PROBE_MILLIS);
            boolean isAtEnd = body.read() < 0;
            goOn();
            return isAtEnd;
        } catch (IOException broken) {
            return false;
        }
    }

    private void probe(int millis) throws IOException {
        isProbing = true;
        socket.setSoTimeout(millis);
    }

    private void goOn() throws IOException {
        isProbing = false;
        socket.setSoTimeout(LOOK_MILLIS);
    }

    void free() {
        freeSince = System.nanoTime();
    }

    /** How long nobody has used it since it was {@linkplain #free freed}. */
    Duration idle() {
        return Duration.ofNanos(System.nanoTime() - Math.max(freeSince, begun));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            // As it was to be.
        }
    }
}
