package dev.neon.sync.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Reads pkt-lines: text, or the packets of a body. JGit's reader gives text alone, and errors of a body only as text for
 * people; these carry a code.
 */
final class PacketReader {
    private static final int LENGTH = 4;
    private static final int END = 0;

    private final InputStream in;
    private final byte[] buffer = new byte[PacketWriter.LARGEST + 1];
    /** Bytes of the packet of a body that are still to be read: they go from the connection to where they are wanted. */
    private int left;

    PacketReader(InputStream in) {
        this.in = in;
    }

    /** The next line, without its newline; empty at the end of the lines. */
    Optional<String> line() throws IOException {
        int length = next();
        if (length == END) {
            return Optional.empty();
        }
        String text = new String(buffer, 0, length, StandardCharsets.UTF_8);
        return Optional.of(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    }

    /** Whether nothing comes any more, where something might begin. */
    boolean isAtEnd() throws IOException {
        in.mark(1);
        boolean isAtEnd = in.read() < 0;
        if (!isAtEnd) {
            in.reset();
        }
        return isAtEnd;
    }

    /** Reads a packet into the buffer; returns its length, or {@link #END}. */
    private int next() throws IOException {
        int bytes = length();
        readFully(0, bytes);
        return bytes;
    }

    private void readFully(int from, int bytes) throws IOException {
        if (in.readNBytes(buffer, from, bytes) < bytes) {
            throw new EOFException("the connection ended inside a packet");
        }
    }

    /** Reads how long the next packet is, or {@link #END}. */
    private int length() throws IOException {
        byte[] digits = in.readNBytes(LENGTH);
        if (digits.length < LENGTH) {
            throw new EOFException("the connection ended");
        }
        int length;
        try {
            length = HexFormat.fromHexDigits(new String(digits, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException malformed) {
            throw new ProtocolException("a packet begins with '" + printable(digits) + "' and not with its length");
        }
        if (length == 0) {
            return END;
        }
        int bytes = length - LENGTH;
        if (bytes <= 0 || bytes > buffer.length) {
            throw new ProtocolException("a packet of " + length + " bytes");
        }
        return bytes;
    }

    private static String printable(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            text.append(each >= ' ' && each < 0x7f ? (char) each : '.');
        }
        return text.toString();
    }

    /** The data of a body, up to its end. An error in it becomes an exception: {@link RemoteError#exception}. */
    InputStream body() {
        left = 0;
        return new InputStream() {
            private boolean isEnded;

            private boolean fill() throws IOException {
                while (left == 0 && !isEnded) {
                    int length = PacketReader.this.length();
                    if (length == END) {
                        isEnded = true;
                        break;
                    }
                    readFully(0, 1);
                    if (buffer[0] == Band.DATA.number()) {
                        left = length - 1;
                        continue;
                    }
                    readFully(1, length - 1);
                    if (buffer[0] == Band.ERROR.number()) {
                        isEnded = true;
                        throw RemoteError.parse(new String(buffer, 1, length - 1, StandardCharsets.UTF_8)).exception();
                    } else if (buffer[0] != Band.PROGRESS.number()) {
                        throw new ProtocolException("a packet of band " + buffer[0]);
                    }
                }
                return !isEnded;
            }

            @Override
            public int read() throws IOException {
                if (!fill()) {
                    return -1;
                }
                readFully(0, 1);
                left--;
                return buffer[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                if (!fill()) {
                    return -1;
                }
                int some = in.read(bytes, offset, Math.min(length, left));
                if (some < 0) {
                    throw new EOFException("the connection ended inside a packet");
                }
                left -= some;
                return some;
            }
        };
    }
}
