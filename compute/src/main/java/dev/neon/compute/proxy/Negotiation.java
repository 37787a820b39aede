package dev.neon.compute.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * What comes before a client's startup packet: requests for encryption, and TLS ({@code REL_18 backend_startup.c
 * ProcessSSLStartup}, {@code ProcessStartupPacket}). The caller limits the time.
 */
final class Negotiation {
    private static final int MOST_REQUESTS = 3;

    private final SocketChannel socket;
    private final Optional<TlsIdentity> identity;
    private final boolean isTlsRequired;
    private final Consumer<String> log;
    private final Runnable whenItSpeaks;
    private Optional<TlsChannel> tls = Optional.empty();
    private Optional<ServerName> serverName = Optional.empty();

    /**
     * @param identity     empty if there is to be no TLS
     * @param log          takes lines for people
     * @param whenItSpeaks told of each packet before the last
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
        for (int i = 0; i < MOST_REQUESTS; i++) {
            Optional<StartupPacket> packet = StartupPacket.read(in);
            whenItSpeaks.run();
            switch (packet.orElse(null)) {
                case StartupPacket.Gssenc _ -> Relay.write(socket, (byte) 'N');
                case StartupPacket.Ssl _ when identity.isEmpty() -> Relay.write(socket, (byte) 'N');
                case StartupPacket.Ssl _ -> {
                    requireSilence();
                    Relay.write(socket, (byte) 'S');
                    begin(new TlsChannel(socket, identity.get().engine(this::name)));
                    return inside();
                }
                case StartupPacket.DirectTls direct -> {
                    return i == 0 && identity.isPresent() ? direct(direct.first()) : Optional.empty();
                }
                case StartupPacket.Startup _ when isTlsRequired -> throw new Refusal(Refusal.INVALID_AUTHORIZATION,
                        "the page server lets only clients with TLS in", "Connect with sslmode=require.");
                case null, default -> {
                    return packet;
                }
            }
        }
        throw Refusal.protocol("more than one request for the same encryption");
    }

    /** What has come behind the request is not from within TLS, and so maybe not from the client (CVE-2021-23214). */
    private void requireSilence() throws IOException, Refusal {
        if (socket.socket().getInputStream().available() > 0) {
            throw new Refusal(Refusal.PROTOCOL_VIOLATION, "received unencrypted data after SSL request", Optional.of("This could be"
                    + " either a client-software bug or evidence of an attempted man-in-the-middle attack."), Optional.empty());
        }
    }

    private Optional<StartupPacket> direct(byte first) throws IOException, Refusal {
        TlsChannel channel = new TlsChannel(socket, identity.orElseThrow().engine(this::name), first);
        begin(channel);
        // Else another protocol's client could be made to speak to us; it is told nothing that it could take for an answer.
        if (!channel.protocol().equals(TlsIdentity.PROTOCOL)) {
            channel.endOutput();
            return Optional.empty();
        }
        return inside();
    }

    private void begin(TlsChannel channel) throws IOException {
        try {
            channel.handshake();
            tls = Optional.of(channel);
        } catch (SSLException failure) {
            log.accept("TLS with a client failed: " + failure.getMessage());
            channel.endOutput();
            channel.drain();
            throw failure;
        }
    }

    private Optional<StartupPacket> inside() throws IOException, Refusal {
        Optional<StartupPacket> packet = StartupPacket.read(tls.orElseThrow().inputStream());
        return switch (packet.orElse(null)) {
            case StartupPacket.Ssl _, StartupPacket.Gssenc _, StartupPacket.DirectTls _ ->
                    throw Refusal.protocol("request for encryption within TLS");
            case null, default -> packet;
        };
    }

    private void name(byte[] host) {
        serverName = ServerName.of(host);
    }
}
