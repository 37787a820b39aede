package dev.neon.compute.proxy;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** One client's state of TLS. It waits for nobody and has no bytes of its own. */
final class TlsEngine {
    /** Room for the longest record. */
    static final int RECORD_BYTES = 17 << 10;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;

    TlsEngine(SSLEngine engine) {
        this.engine = engine;
    }

    void begin() throws SSLException {
        engine.beginHandshake();
    }

    /** What the handshake waits for: a record of the client, or one to the client; else it is over. */
    HandshakeStatus status() {
        runTasks();
        return engine.getHandshakeStatus();
    }

    /** Takes one record of the handshake. */
    SSLEngineResult.Status negotiate(ByteBuffer records) throws SSLException {
        return engine.unwrap(records, NOTHING).getStatus();
    }

    /** What ALPN has agreed on; empty if the client did not ask. */
    String protocol() {
        return String.valueOf(engine.getApplicationProtocol());
    }

    /**
     * Takes one record after the handshake.
     *
     * @throws SSLException if it is not what the client has sent, or it wants to negotiate anew; {@link #close} then has the alert
     */
    SSLEngineResult.Status unwrap(ByteBuffer records, ByteBuffer plain) throws SSLException {
        SSLEngineResult result = engine.unwrap(records, plain);
        // Of TLS 1.3: keys are renewed. In 1.2 it would be a new handshake, which PostgreSQL takes from nobody either.
        if (result.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING && result.getStatus() == SSLEngineResult.Status.OK
                && !engine.isInboundDone() && !engine.isOutboundDone()
                && !engine.getSession().getProtocol().equals("TLSv1.3")) {
            throw new SSLException("renegotiation is not allowed");
        }
        runTasks();
        return result.getStatus();
    }

    /** Whether the client is to get a record before more of its own are taken. */
    boolean owesAnswer() {
        return engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone();
    }

    /**
     * Makes records of as much as fits, first of what is owed.
     *
     * @param plain   with nothing in it for what is owed alone
     * @param records with room for one at least
     * @throws SSLException if there is nothing to be made
     */
    void wrap(ByteBuffer plain, ByteBuffer records) throws SSLException {
        int begin = records.position();
        SSLEngineResult result;
        do {
            result = engine.wrap(plain, records);
        } while (plain.hasRemaining() && result.bytesProduced() > 0);
        if (records.position() == begin) {
            throw new SSLException("the session has ended");
        }
    }

    /** From now on {@link #wrap} makes what says that there is no more, or what was wrong, until {@link #isClosed}. */
    void close() {
        engine.closeOutbound();
    }

    boolean isClosed() {
        return engine.isOutboundDone();
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
