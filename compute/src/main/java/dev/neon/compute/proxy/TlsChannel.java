package dev.neon.compute.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * A client behind TLS until its startup packet, over a socket that blocks; {@link TlsSide} is what it is then. For one thread. The
 * handshake is bounded by whoever closes the socket, and its memory by the JDK; nothing else is kept but two buffers for what has come.
 */
final class TlsChannel {
    /** Room for a usual first message of a handshake, as many clients may never come further. */
    private static final int FIRST_BYTES = 2 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final TlsEngine engine;
    /** What has come and is not decrypted; ready to be read from. */
    private ByteBuffer encrypted = ByteBuffer.allocate(FIRST_BYTES);
    /** What was decrypted and not taken; the handshake needs none. */
    private ByteBuffer plain = NOTHING;

    /**
     * Nothing is sent yet.
     *
     * @param first what the client has sent of the first record already
     */
    TlsChannel(SocketChannel socket, SSLEngine engine, byte... first) {
        this.socket = socket;
        this.engine = new TlsEngine(engine);
        encrypted.put(first).flip();
    }

    /** @throws SSLException if the client cannot be agreed with; {@link #endOutput} then tells it why */
    void handshake() throws IOException {
        engine.begin();
        while (true) {
            switch (engine.status()) {
                case NEED_WRAP -> send(NOTHING);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NEED_TASK -> {
                    Status status = engine.negotiate(encrypted);
                    if (status == Status.CLOSED || status == Status.BUFFER_UNDERFLOW && !receive()) {
                        throw new EOFException();
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    plain = ByteBuffer.allocate(TlsEngine.RECORD_BYTES).flip();
                    return;
                }
            }
        }
    }

    /** What ALPN has agreed on; empty if the client did not ask. */
    String protocol() {
        return engine.protocol();
    }

    /** The client from now on; this is not to be used any more, and keeps nothing. */
    Side inLoop(EventLoop loop) {
        Side side = new TlsSide(loop, socket, engine, rest(plain), rest(encrypted));
        plain = NOTHING;
        encrypted = NOTHING;
        return side;
    }

    private static ByteBuffer rest(ByteBuffer bytes) {
        return bytes.hasRemaining() ? ByteBuffer.allocate(bytes.remaining()).put(bytes).flip() : NOTHING;
    }

    /** Waits for more to be in {@link #plain}, which is empty. @return false when the client has ended */
    private boolean fill() throws IOException {
        plain.clear();
        try {
            while (plain.position() == 0) {
                switch (engine.unwrap(encrypted, plain)) {
                    case OK -> {
                        while (engine.owesAnswer()) {
                            send(NOTHING);
                        }
                    }
                    case CLOSED -> {
                        return false;
                    }
                    case BUFFER_OVERFLOW -> throw new SSLException("a record is too long");
                    case BUFFER_UNDERFLOW -> {
                        if (!receive()) {
                            return false;
                        }
                    }
                }
            }
            return true;
        } finally {
            plain.flip();
        }
    }

    /** @return false at the end of the stream */
    private boolean receive() throws IOException {
        if (encrypted.remaining() == TlsEngine.RECORD_BYTES) {
            throw new SSLException("a record is too long");
        }
        encrypted = encrypted.remaining() == encrypted.capacity()
                ? ByteBuffer.allocate(TlsEngine.RECORD_BYTES).put(encrypted) : encrypted.compact();
        try {
            return socket.read(encrypted) >= 0;
        } finally {
            encrypted.flip();
        }
    }

    /** Sends all of it. */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            send(bytes);
        }
    }

    /** Makes records of as much as fits into one buffer, and sends them. */
    private void send(ByteBuffer bytes) throws IOException {
        ByteBuffer records = ByteBuffer.allocate(TlsEngine.RECORD_BYTES);
        engine.wrap(bytes, records);
        records.flip();
        while (records.hasRemaining()) {
            socket.write(records);
        }
    }

    /** Tells the client that there is no more, or what is wrong with what it sent. Waits for it to take that. */
    void endOutput() {
        try {
            engine.close();
            while (!engine.isClosed()) {
                send(NOTHING);
            }
        } catch (IOException gone) {
            // Nobody is left to be told.
        } finally {
            Relay.endOutput(socket);
        }
    }

    /** What comes, as a stream that waits. */
    InputStream inputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return isThere() ? plain.get() & 0xff : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                if (!isThere()) {
                    return -1;
                }
                int taken = Math.min(length, plain.remaining());
                plain.get(into, from, taken);
                return taken;
            }

            private boolean isThere() throws IOException {
                return plain.hasRemaining() || fill();
            }
        };
    }
}
