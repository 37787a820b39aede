package dev.neon.sync.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Writes pkt-lines: text, or the packets of a body. Not by JGit's writer, which has a logger: to look for that opens neon's jar, and takes
 * 10 ms of a fetch.
 */
final class PacketWriter {
    /** Bytes of a packet without its length and its band. */
    static final int LARGEST = 65520 - 5;

    private static final byte[] END = {'0', '0', '0', '0'};

    private final OutputStream out;
    private final byte[] buffer = new byte[LARGEST + 1];
    private int filled = 1;

    PacketWriter(OutputStream out) {
        this.out = out;
    }

    /** A line of text, which gets a newline. */
    void line(String text) throws IOException {
        byte[] content = (text + '\n').getBytes(StandardCharsets.UTF_8);
        packet(content, 0, content.length);
    }

    /** Ends lines, or a body. */
    void end() throws IOException {
        flushBody();
        out.write(END);
    }

    /** What is given to it is the data of a body. */
    OutputStream body() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int from = offset;
                int left = length;
                if (left >= LARGEST) {
                    flushBody();
                    for (; left > 0; left -= Math.min(left, LARGEST)) {
                        data(bytes, offset + length - left, Math.min(left, LARGEST));
                    }
                }
                while (left > 0) {
                    int some = Math.min(left, buffer.length - filled);
                    System.arraycopy(bytes, from, buffer, filled, some);
                    filled += some;
                    from += some;
                    left -= some;
                    if (filled == buffer.length) {
                        flushBody();
                    }
                }
            }
        };
    }

    /** What is much goes out from where it is. */
    private void data(byte[] bytes, int offset, int length) throws IOException {
        length(length + 5);
        out.write(Band.DATA.number());
        out.write(bytes, offset, length);
    }

    private void packet(byte[] bytes, int offset, int length) throws IOException {
        length(length + 4);
        out.write(bytes, offset, length);
    }

    /** @param length of a packet, with these four digits */
    private void length(int length) throws IOException {
        out.write(HexFormat.of().toHexDigits((short) length).getBytes(StandardCharsets.US_ASCII));
    }

    private void flushBody() throws IOException {
        if (filled > 1) {
            buffer[0] = (byte) Band.DATA.number();
            packet(buffer, 0, filled);
            filled = 1;
        }
    }

    /** Says something between the data of a body, at once. */
    void progress(String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        byte[] packet = new byte[content.length + 1];
        packet[0] = (byte) Band.PROGRESS.number();
        System.arraycopy(content, 0, packet, 1, content.length);
        packet(packet, 0, packet.length);
        out.flush();
    }

    /** Breaks a body off. */
    void error(RemoteError error) throws IOException {
        filled = 1;
        byte[] text = error.text().getBytes(StandardCharsets.UTF_8);
        byte[] packet = new byte[Math.min(text.length, LARGEST) + 1];
        packet[0] = (byte) Band.ERROR.number();
        System.arraycopy(text, 0, packet, 1, packet.length - 1);
        packet(packet, 0, packet.length);
        out.write(END);
    }

    void flush() throws IOException {
        flushBody();
        out.flush();
    }
}
