package dev.neon.sync.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of an answer of HTTP/1.1.
 *
 * @param isOld  whether it is of HTTP/1.0
 * @param status three digits
 * @param fields by their names in lower case; of those that come twice, the values with commas between
 */
record Http1Head(boolean isOld, int status, Map<String, String> fields) {
    private static final int LONGEST = 1 << 16;

    /** @throws IOException if it is none, or longer than 64 KiB */
    static Http1Head read(InputStream in) throws IOException {
        int[] left = {LONGEST};
        String first = line(in, left);
        if (!first.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
            throw new IOException("the answer begins with '" + printable(first) + "'");
        }
        Map<String, String> fields = new HashMap<>();
        for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("'" + printable(line) + "' is no field of an answer");
            }
            fields.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(),
                    (one, other) -> one + ", " + other);
        }
        return new Http1Head(first.charAt(7) == '0', Integer.parseInt(first.substring(9, 12)), fields);
    }

    /**
     * A line without its end.
     *
     * @param left how many bytes may come, which is counted down
     */
    static String line(InputStream in, int[] left) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended");
            }
            if (--left[0] < 0) {
                throw new IOException("a head of more than " + LONGEST + " bytes");
            }
            line.append((char) next);
        }
        int length = line.length();
        return line.substring(0, length > 0 && line.charAt(length - 1) == '\r' ? length - 1 : length);
    }

    static String printable(String text) {
        String cut = text.substring(0, Math.min(80, text.length()));
        return new String(cut.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII).replaceAll("\\p{Cntrl}", ".");
    }

    Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** Whether the other side goes on with something before the answer itself. */
    boolean isInterim() {
        return status < 200;
    }

    boolean isChunked() {
        return field("transfer-encoding").map(coding -> coding.toLowerCase(Locale.ROOT)).filter("chunked"::equals).isPresent();
    }

    /** Whether the connection can be used again behind the answer. */
    boolean isKept() {
        String connection = field("connection").orElse("").toLowerCase(Locale.ROOT);
        return !isOld && !connection.contains("close");
    }
}
