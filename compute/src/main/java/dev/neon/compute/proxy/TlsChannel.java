package dev.neon.compute.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A client behind TLS, over a socket that blocks. One thread may read while another writes. The handshake is bounded by whoever
 * closes the socket, and its memory by the JDK; nothing else is kept but two buffers for what has come.
 */
final class TlsChannel {
    /** Room for the longest record, and for several of those that are usual. */
    private static final int BUFFER_BYTES = 34 << 10;
    private static final int KEPT_BUFFERS = 64;
    private static final Deque<ByteBuffer> FREE = new ArrayDeque<>();

    private final SocketChannel socket;
    private final SSLEngine engine;
    /** What has come and is not decrypted; ready to be read from. */
    private final ByteBuffer encrypted = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final ByteBuffer plain = ByteBuffer.allocate(BUFFER_BYTES).flip();
    /** Held while records are made and sent, so that they leave in their order. */
    private final ReentrantLock sending = new ReentrantLock();
    /** Held for moments only: whoever sends is not to see a message of the handshake half done. */
    private final ReentrantLock working = new ReentrantLock();

    /**
     * Nothing is sent yet.
     *
     * @param first what the client has sent of the first record already
     */
    TlsChannel(SocketChannel socket, SSLEngine engine, byte... first) {
        this.socket = socket;
        this.engine = engine;
        encrypted.clear().put(first).flip();
    }

    /** @throws SSLException if the client cannot be agreed with; {@link #endOutput} then tells it why */
    void handshake() throws IOException {
        engine.beginHandshake();
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> send(ByteBuffer.allocate(0));
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    SSLEngineResult result = engine.unwrap(encrypted, plain.clear());
                    plain.flip();
                    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                        throw new EOFException();
                    }
                    if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW && !receive()) {
                        throw new EOFException();
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    /** What ALPN has agreed on; empty if the client did not ask. */
    String protocol() {
        return String.valueOf(engine.getApplicationProtocol());
    }

    SocketChannel socket() {
        return socket;
    }

    /** What was decrypted and not taken yet. */
    ByteBuffer plain() {
        return plain;
    }

    /**
     * Waits for more to be in {@link #plain}, which is empty.
     *
     * @return false when the client has ended, with or without saying so: PostgreSQL's messages have lengths
     * @throws SSLException if what comes is not what the client has sent, or it wants to negotiate anew
     */
    boolean fill() throws IOException {
        plain.clear();
        try {
            while (true) {
                SSLEngineResult result = unwrap();
                switch (result.getStatus()) {
                    case OK -> answer(result.getHandshakeStatus());
                    case CLOSED -> {
                        return plain.position() > 0;
                    }
                    case BUFFER_OVERFLOW -> {
                        if (plain.position() > 0) {
                            return true;
                        }
                        throw new SSLException("a record is too long");
                    }
                    case BUFFER_UNDERFLOW -> {
                        if (plain.position() > 0) {
                            return true;
                        }
                        if (!receive()) {
                            return false;
                        }
                    }
                }
            }
        } finally {
            plain.flip();
        }
    }

    private SSLEngineResult unwrap() throws SSLException {
        working.lock();
        try {
            SSLEngineResult result = engine.unwrap(encrypted, plain);
            // Of TLS 1.3: keys are renewed. In 1.2 it would be a new handshake, which PostgreSQL takes from nobody either.
            if (result.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING && result.getStatus() == SSLEngineResult.Status.OK
                    && !engine.isInboundDone() && !engine.isOutboundDone()
                    && !engine.getSession().getProtocol().equals("TLSv1.3")) {
                throw new SSLException("renegotiation is not allowed");
            }
            runTasks();
            return result;
        } finally {
            working.unlock();
        }
    }

    private void answer(HandshakeStatus status) throws IOException {
        if (status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NEED_TASK) {
            sending.lock();
            try {
                while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
                    send(ByteBuffer.allocate(0));
                }
            } finally {
                sending.unlock();
            }
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** @return false at the end of the stream */
    private boolean receive() throws IOException {
        if (encrypted.remaining() == encrypted.capacity()) {
            throw new SSLException("a record is too long");
        }
        encrypted.compact();
        try {
            return socket.read(encrypted) >= 0;
        } finally {
            encrypted.flip();
        }
    }

    /** Sends all of it. */
    void write(ByteBuffer bytes) throws IOException {
        sending.lock();
        try {
            while (bytes.hasRemaining()) {
                send(bytes);
            }
        } finally {
            sending.unlock();
        }
    }

    /** Makes records of as much as fits into one buffer, and sends them. */
    private void send(ByteBuffer bytes) throws IOException {
        ByteBuffer records = take();
        try {
            boolean isMore = true;
            while (isMore) {
                SSLEngineResult result = wrap(bytes, records);
                switch (result.getStatus()) {
                    case OK -> {
                        if (bytes.hasRemaining() && result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
                            throw new SSLException("the client negotiates");
                        }
                        isMore = bytes.hasRemaining();
                    }
                    case BUFFER_OVERFLOW -> isMore = false;
                    default -> {
                        if (records.position() == 0) {
                            throw new SSLException("the session has ended");
                        }
                        isMore = false;
                    }
                }
            }
            records.flip();
            while (records.hasRemaining()) {
                socket.write(records);
            }
        } finally {
            give(records);
        }
    }

    private SSLEngineResult wrap(ByteBuffer bytes, ByteBuffer records) throws SSLException {
        working.lock();
        try {
            return engine.wrap(bytes, records);
        } finally {
            working.unlock();
        }
    }

    /** Tells the client that there is no more, or what is wrong with what it sent. Waits for it to take that. */
    void endOutput() {
        sending.lock();
        try {
            engine.closeOutbound();
            while (!engine.isOutboundDone()) {
                send(ByteBuffer.allocate(0));
            }
        } catch (IOException gone) {
            // Nobody is left to be told.
        } finally {
            sending.unlock();
            Relay.endOutput(socket);
        }
    }

    /** Reads what still comes, so that closing the socket does not take from the client what it was sent last. */
    void drain() {
        try {
            while (socket.read(encrypted.clear()) >= 0) {
                // Nobody wants it.
            }
        } catch (IOException closed) {
            // All the same.
        } finally {
            encrypted.flip();
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

    private static ByteBuffer take() {
        synchronized (FREE) {
            ByteBuffer buffer = FREE.poll();
            return buffer != null ? buffer.clear() : ByteBuffer.allocate(BUFFER_BYTES);
        }
    }

    private static void give(ByteBuffer buffer) {
        synchronized (FREE) {
            if (FREE.size() < KEPT_BUFFERS) {
                FREE.push(buffer);
            }
        }
    }
}
