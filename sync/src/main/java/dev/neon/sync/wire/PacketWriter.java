package dev.neon.sync.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.eclipse.jgit.transport.PacketLineOut;

/** Writes pkt-lines: text, or the packets of a body. */
final class PacketWriter {
    /** Bytes of a packet without its length and its band. */
    static final int LARGEST = 65520 - 5;

    private final OutputStream out;
    private final PacketLineOut packets;
    private final byte[] buffer = new byte[LARGEST + 1];
    private int filled = 1;

    PacketWriter(OutputStream out) {
        this.out = out;
        this.packets = new PacketLineOut(out);
    }

    /** A line of text, which gets a newline. */
    void line(String text) throws IOException {
        packets.writePacket((text + '\n').getBytes(StandardCharsets.UTF_8));
    }

    /** Ends lines, or a body. */
    void end() throws IOException {
        flushBody();
        packets.end();
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
                        packet(bytes, offset + length - left, Math.min(left, LARGEST));
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
    private void packet(byte[] bytes, int offset, int length) throws IOException {
        out.write(HexFormat.of().toHexDigits((short) (length + 5)).getBytes(StandardCharsets.US_ASCII));
        out.write(Band.DATA.number());
        out.write(bytes, offset, length);
    }

    private void flushBody() throws IOException {
        if (filled > 1) {
            buffer[0] = (byte) Band.DATA.number();
            packets.writePacket(buffer, 0, filled);
            filled = 1;
        }
    }

    /** Says something between the data of a body, at once. */
    void progress(String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        byte[] packet = new byte[content.length + 1];
        packet[0] = (byte) Band.PROGRESS.number();
        System.arraycopy(content, 0, packet, 1, content.length);
        packets.writePacket(packet, 0, packet.length);
        out.flush();
    }

    /** Breaks a body off. */
    void error(RemoteError error) throws IOException {
        filled = 1;
        byte[] text = error.text().getBytes(StandardCharsets.UTF_8);
        byte[] packet = new byte[Math.min(text.length, LARGEST) + 1];
        packet[0] = (byte) Band.ERROR.number();
        System.arraycopy(text, 0, packet, 1, packet.length - 1);
        packets.writePacket(packet, 0, packet.length);
        packets.end();
    }

    void flush() throws IOException {
        flushBody();
        out.flush();
    }
}
