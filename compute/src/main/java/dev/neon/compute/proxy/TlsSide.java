package dev.neon.compute.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client behind TLS after its startup packet. Records are taken apart and made in buffers of the loop; of its own it has the
 * part of a record that has come, and what the client does not take yet. It ends with or without saying so: PostgreSQL's
 * messages have lengths.
 */
final class TlsSide implements Side {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EventLoop loop;
    private final SocketChannel socket;
    private final TlsEngine engine;
    /** Decrypted before it came into the loop. */
    private ByteBuffer early;
    /** Has come and is not decrypted. */
    private ByteBuffer rest;
    private @Nullable ByteBuffer held;
    private boolean isPending;
    private boolean isOver;
    private boolean isEnding;

    /**
     * @param early  what was decrypted and not passed on
     * @param rest   what has come and was not decrypted
     */
    TlsSide(EventLoop loop, SocketChannel socket, TlsEngine engine, ByteBuffer early, ByteBuffer rest) {
        this.loop = loop;
        this.socket = socket;
        this.engine = engine;
        this.early = early;
        this.rest = rest;
        this.isPending = early.hasRemaining() || rest.hasRemaining();
    }

    @Override
    public SocketChannel socket() {
        return socket;
    }

    /** @throws SSLException if what comes is not what the client has sent, or it wants to negotiate anew */
    @Override
    public int read(ByteBuffer into) throws IOException {
        if (isOver) {
            return -1;
        }
        if (early.hasRemaining()) {
            into.put(early);
            early = NOTHING;
            return into.position();
        }
        if (!answer()) {
            return 0;
        }
        ByteBuffer records = loop.records().get().put(rest);
        rest = NOTHING;
        // What is decrypted is shorter, and so has room.
        if (!isPending && socket.read(records.limit(into.capacity())) < 0) {
            return -1;
        }
        return decrypt(records.flip(), into);
    }

    private int decrypt(ByteBuffer records, ByteBuffer into) throws IOException {
        Status status;
        do {
            status = engine.unwrap(records, into);
        } while (status == Status.OK && !engine.owesAnswer());
        if (status == Status.BUFFER_OVERFLOW && into.position() == 0) {
            throw new SSLException("a record is too long");
        }
        isOver = status == Status.CLOSED;
        isPending = status != Status.BUFFER_UNDERFLOW;
        if (records.hasRemaining()) {
            rest = ByteBuffer.allocate(records.remaining()).put(records).flip();
        }
        return isOver && into.position() == 0 ? -1 : into.position();
    }

    /** Renews keys: work, so that it is done once a turn. @return whether nothing is owed */
    private boolean answer() throws IOException {
        if (held == null && engine.owesAnswer()) {
            send(NOTHING);
        }
        return !engine.owesAnswer();
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        flush();
        while (held == null && bytes.hasRemaining()) {
            send(bytes);
        }
        if (held == null && isEnding) {
            endSocket();
        }
    }

    /** Makes records of as much as fits into one buffer. */
    private void send(ByteBuffer bytes) throws IOException {
        ByteBuffer records = loop.records().get();
        engine.wrap(bytes, records);
        socket.write(records.flip());
        if (records.hasRemaining()) {
            loop.records().keep();
            held = records;
        }
    }

    private void flush() throws IOException {
        if (held != null) {
            socket.write(held);
            if (!held.hasRemaining()) {
                drop();
            }
        }
    }

    @Override
    public boolean isHolding() {
        return held != null;
    }

    @Override
    public boolean canRead() {
        return held == null || !engine.owesAnswer();
    }

    @Override
    public boolean isPending() {
        return isPending;
    }

    /** By close_notify, or an alert that says what was wrong. */
    @Override
    public void endOutput() throws IOException {
        isEnding = true;
        engine.close();
        write(NOTHING);
    }

    private void endSocket() throws IOException {
        try {
            while (held == null && !engine.isClosed()) {
                send(NOTHING);
            }
        } catch (SSLException nothingToSay) {
            // The end of the stream has to do.
        }
        if (held == null) {
            isEnding = false;
            Relay.endOutput(socket);
        }
    }

    @Override
    public void drop() {
        if (held != null) {
            loop.records().giveBack(held);
            held = null;
        }
    }
}
