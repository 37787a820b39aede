package dev.neon.compute.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a client is told in place of a session: an ErrorResponse of PostgreSQL's protocol, severity FATAL. */
final class Refusal extends Exception {
    static final String PROTOCOL_VIOLATION = "08P01";
    static final String FEATURE_NOT_SUPPORTED = "0A000";
    static final String INVALID_CATALOG_NAME = "3D000";
    static final String INVALID_AUTHORIZATION = "28000";
    static final String OUT_OF_MEMORY = "53200";
    static final String TOO_MANY_CONNECTIONS = "53300";
    static final String CANNOT_CONNECT_NOW = "57P03";

    /**
     * In characters, of three bytes at most. libpq takes a first message of more than 30,000 bytes for one of a server before 7.4 ({@code
     * REL_18 fe-connect.c MAX_ERRLEN}).
     */
    private static final int LONGEST_FIELD = 3000;

    private final String state;
    private final Optional<String> detail;
    private final Optional<String> hint;

    Refusal(String state, String message, Optional<String> detail, Optional<String> hint) {
        super(message, null, false, false);
        this.state = state;
        this.detail = detail;
        this.hint = hint;
    }

    Refusal(String state, String message, String hint) {
        this(state, message, Optional.empty(), Optional.of(hint));
    }

    static Refusal protocol(String message) {
        return new Refusal(PROTOCOL_VIOLATION, message, Optional.empty(), Optional.empty());
    }

    /** For whoever wants a server while the page server ends. */
    static Refusal ending() {
        return new Refusal(CANNOT_CONNECT_NOW, "the page server ends", "Try again when it runs again.");
    }

    /** SQLSTATE. */
    String state() {
        return state;
    }

    Optional<String> hint() {
        return hint;
    }

    /** The message as it goes over the wire: {@code E}, length, fields of a letter and a text that ends with zero, zero. */
    byte[] toBytes() {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        field(fields, 'S', "FATAL");
        field(fields, 'V', "FATAL");
        field(fields, 'C', state);
        field(fields, 'M', String.valueOf(getMessage()));
        detail.filter(text -> !text.isBlank()).ifPresent(text -> field(fields, 'D', text));
        hint.ifPresent(text -> field(fields, 'H', text));
        fields.write(0);
        byte[] message = new byte[1 + Integer.BYTES + fields.size()];
        ByteBuffer.wrap(message).put((byte) 'E').putInt(Integer.BYTES + fields.size()).put(fields.toByteArray());
        return message;
    }

    private static void field(ByteArrayOutputStream fields, char letter, String text) {
        String clean = text.replace('\0', ' ');
        fields.write(letter);
        fields.writeBytes((clean.length() > LONGEST_FIELD ? clean.substring(0, LONGEST_FIELD) : clean).getBytes(StandardCharsets.UTF_8));
        fields.write(0);
    }
}
