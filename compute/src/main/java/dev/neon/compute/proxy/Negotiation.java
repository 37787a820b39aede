package dev.neon.compute.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * What comes before a client's startup packet: requests for encryption, each of which is answered once, and TLS ({@code REL_18
 * backend_startup.c ProcessSSLStartup}, {@code ProcessStartupPacket}). The caller limits the time.
 */
final class Negotiation {
    private final SocketChannel socket;
    private final Optional<TlsIdentity> identity;
    private final boolean isTlsRequired;
    private final Consumer<String> log;
    private final Runnable whenItSpeaks;
    private boolean isTlsDecided;
    private boolean isGssDecided;
    private Optional<TlsChannel> tls = Optional.empty();
    private Optional<ServerName> serverName = Optional.empty();

    /**
     * @param identity     empty if there is to be no TLS
     * @param log          takes lines for people
     * @param whenItSpeaks told of each packet
     */
    Negotiation(SocketChannel socket, Optional<TlsIdentity> identity, boolean isTlsRequired, Consumer<String> log, Runnable whenItSpeaks) {
        this.socket = socket;
        this.identity = identity;
        this.isTlsRequired = isTlsRequired;
        this.log = log;
        this.whenItSpeaks = whenItSpeaks;
    }

    /** By which the client is to be spoken with, if it is behind TLS. */
    Optional<TlsChannel> tls() {
        return tls;
    }

    /** The branch that it means by the host that it wants to reach. */
    Optional<ServerName> serverName() {
        return serverName;
    }

    /**
     * Takes the client to its startup packet.
     *
     * @return empty if it leaves before that, or is to be told nothing
     */
    Optional<StartupPacket> run() throws IOException, Refusal {
        InputStream in = Channels.newInputStream(socket);
        for (boolean isFirst = true; ; isFirst = false) {
            Optional<StartupPacket> packet = StartupPacket.read(in);
            whenItSpeaks.run();
            switch (packet.orElse(null)) {
                case StartupPacket.DirectTls direct -> {
                    if (!isFirst || identity.isEmpty() || !direct(direct.first())) {
                        return Optional.empty();
                    }
                    in = tls.orElseThrow().inputStream();
                }
                case StartupPacket.Ssl _ when !isTlsDecided && (identity.isEmpty() || tls.isPresent()) -> {
                    isTlsDecided = true;
                    refuseRequest();
                }
                case StartupPacket.Ssl _ when !isTlsDecided -> {
                    isTlsDecided = true;
                    isGssDecided = true;
                    requireSilence();
                    Relay.write(socket, (byte) 'S');
                    begin(new TlsChannel(socket, identity.get().engine(this::name)));
                    in = tls.orElseThrow().inputStream();
                }
                case StartupPacket.Gssenc _ when !isGssDecided -> {
                    isGssDecided = true;
                    refuseRequest();
                }
                case StartupPacket.Ssl _ -> throw StartupPacket.unsupported(StartupPacket.SSL_CODE);
                case StartupPacket.Gssenc _ -> throw StartupPacket.unsupported(StartupPacket.GSSENC_CODE);
                case StartupPacket.Startup _ when isTlsRequired && tls.isEmpty() -> throw new Refusal(Refusal.INVALID_AUTHORIZATION,
                        "the page server lets only clients with TLS in", "Connect with sslmode=require.");
                case null, default -> {
                    return packet;
                }
            }
        }
    }

    private void refuseRequest() throws IOException {
        if (tls.isPresent()) {
            tls.get().write(ByteBuffer.wrap(new byte[] {'N'}));
        } else {
            Relay.write(socket, (byte) 'N');
        }
    }

    /** What has come behind the request is not from within TLS, and so maybe not from the client (CVE-2021-23214). */
    private void requireSilence() throws IOException, Refusal {
        if (socket.socket().getInputStream().available() > 0) {
            throw new Refusal(Refusal.PROTOCOL_VIOLATION, "received unencrypted data after SSL request", Optional.of("This could be"
                    + " either a client-software bug or evidence of an attempted man-in-the-middle attack."), Optional.empty());
        }
    }

    /** @return whether it is a client of PostgreSQL */
    private boolean direct(byte first) throws IOException {
        TlsChannel channel = new TlsChannel(socket, identity.orElseThrow().engine(this::name), first);
        begin(channel);
        // Else another protocol's client could be made to speak to us; it is told nothing that it could take for an answer.
        boolean isOurs = channel.protocol().equals(TlsIdentity.PROTOCOL);
        if (!isOurs) {
            channel.endOutput();
        }
        return isOurs;
    }

    private void begin(TlsChannel channel) throws IOException {
        try {
            channel.handshake();
            tls = Optional.of(channel);
        } catch (SSLException failure) {
            log.accept("TLS with a client failed: " + failure.getMessage());
            channel.endOutput();
            Relay.drain(socket);
            throw failure;
        }
    }

    private void name(byte[] host) {
        serverName = ServerName.of(host);
    }
}
