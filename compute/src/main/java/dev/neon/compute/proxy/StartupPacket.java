package dev.neon.compute.proxy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first packets of a client, which have a length and no type: {@code REL_18 backend_startup.c ProcessStartupPacket}.
 * <pre>
 *  0  i32 length   of all, itself included; big-endian
 *  4  i32 code     a version of the protocol, major in the upper half, or one of the requests
 *  8  …            Startup: pairs of texts that each end with zero, and a zero; Cancel: pid, secret
 * </pre>
 */
sealed interface StartupPacket {
    /** {@code MAX_STARTUP_PACKET_LENGTH}, in bytes, the length's own 4 not counted. */
    int LONGEST = 10_000;

    int PROTOCOL_MAJOR = 3;
    int CANCEL_CODE = 1234 << 16 | 5678;
    int SSL_CODE = 1234 << 16 | 5679;
    int GSSENC_CODE = 1234 << 16 | 5680;
    /** The type of TLS's first record. */
    int TLS_HANDSHAKE = 0x16;

    /** A parameter; its texts are the packet's bytes, taken for ISO 8859-1 so that none is changed. */
    record Parameter(String name, String value) {}

    /** @param protocol as in the packet; its major version is 3 */
    record Startup(int protocol, List<Parameter> parameters) implements StartupPacket {
        public Startup {
            parameters = List.copyOf(parameters);
        }

        /** The last one of that name counts, as in PostgreSQL. */
        Optional<String> value(String name) {
            return parameters.stream().filter(parameter -> parameter.name().equals(name)).map(Parameter::value)
                    .reduce((_, last) -> last);
        }

        byte[] toBytes() {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (Parameter parameter : parameters) {
                text(body, parameter.name());
                text(body, parameter.value());
            }
            body.write(0);
            ByteBuffer packet = ByteBuffer.allocate(2 * Integer.BYTES + body.size());
            return packet.putInt(packet.capacity()).putInt(protocol).put(body.toByteArray()).array();
        }

        private static void text(ByteArrayOutputStream body, String text) {
            body.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            body.write(0);
        }
    }

    /** @param bytes the whole packet */
    record Cancel(CancelKey key, byte[] bytes) implements StartupPacket {}

    /** Asks for TLS. */
    record Ssl() implements StartupPacket {}

    /** No packet, but the first byte of a TLS handshake, which has been read. */
    record DirectTls(byte first) implements StartupPacket {}

    /** Asks for encryption by GSSAPI. */
    record Gssenc() implements StartupPacket {}

    /**
     * Reads one packet; nothing behind it is taken from the stream.
     *
     * @return empty if the stream ends before the first byte, as a probe of the port does
     * @throws Refusal if it is none
     * @throws IOException if the stream breaks or ends within the packet
     */
    static Optional<StartupPacket> read(InputStream in) throws IOException, Refusal {
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        if (first == TLS_HANDSHAKE) {
            return Optional.of(new DirectTls((byte) first));
        }
        // A length's first byte is zero; what is not may be another protocol, whose client may wait for us now.
        if (first != 0) {
            throw Refusal.protocol("invalid length of startup packet");
        }
        byte[] rest = in.readNBytes(Integer.BYTES - 1);
        if (rest.length < Integer.BYTES - 1) {
            throw new EOFException();
        }
        int length = ((rest[0] & 0xff) << 16 | (rest[1] & 0xff) << 8 | rest[2] & 0xff) - Integer.BYTES;
        if (length < Integer.BYTES || length > LONGEST) {
            throw Refusal.protocol("invalid length of startup packet");
        }
        byte[] body = new byte[length];
        new DataInputStream(in).readFully(body);
        return Optional.of(parse(body));
    }

    /** @param body what is behind the length */
    private static StartupPacket parse(byte[] body) throws Refusal {
        int code = ByteBuffer.wrap(body).getInt();
        return switch (code) {
            case SSL_CODE -> bare(body, new Ssl());
            case GSSENC_CODE -> bare(body, new Gssenc());
            case CANCEL_CODE -> cancel(body);
            default -> startup(code, body);
        };
    }

    private static StartupPacket bare(byte[] body, StartupPacket request) throws Refusal {
        if (body.length != Integer.BYTES) {
            throw Refusal.protocol("invalid length of startup packet");
        }
        return request;
    }

    private static StartupPacket cancel(byte[] body) throws Refusal {
        int secret = body.length - 2 * Integer.BYTES;
        if (secret < 1 || secret > CancelKey.LONGEST_SECRET) {
            throw Refusal.protocol("invalid length of cancel request");
        }
        ByteBuffer whole = ByteBuffer.allocate(Integer.BYTES + body.length).putInt(Integer.BYTES + body.length).put(body);
        return new Cancel(CancelKey.of(body, Integer.BYTES, body.length), whole.array());
    }

    private static StartupPacket startup(int protocol, byte[] body) throws Refusal {
        if (protocol >>> 16 != PROTOCOL_MAJOR) {
            throw unsupported(protocol);
        }
        List<Parameter> parameters = new ArrayList<>();
        int at = Integer.BYTES;
        while (at < body.length && body[at] != 0) {
            int name = end(body, at);
            int value = end(body, name + 1);
            parameters.add(new Parameter(text(body, at, name), text(body, name + 1, value)));
            at = value + 1;
        }
        if (at != body.length - 1) {
            throw Refusal.protocol("invalid startup packet layout: expected terminator as last byte");
        }
        return new Startup(protocol, parameters);
    }

    /** What is told whoever speaks another protocol, or asks for the same encryption twice. */
    static Refusal unsupported(int protocol) {
        return new Refusal(Refusal.FEATURE_NOT_SUPPORTED, "unsupported frontend protocol " + (protocol >>> 16) + '.' + (protocol & 0xffff)
                + ": servers behind this page server support 3.0 and later 3.x", Optional.empty(), Optional.empty());
    }

    /** Where the text that begins at {@code from} has its zero. */
    private static int end(byte[] body, int from) throws Refusal {
        for (int i = from; i < body.length; i++) {
            if (body[i] == 0) {
                return i;
            }
        }
        throw Refusal.protocol("invalid startup packet layout: expected terminator as last byte");
    }

    private static String text(byte[] body, int from, int to) {
        return new String(body, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
