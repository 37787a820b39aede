package dev.neon.compute.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What is done with sockets that block, and with their ends. */
final class Relay {
    private static final int DRAINED_BYTES = 4 << 10;

    private Relay() {}

    /** Reads what still comes, so that closing the socket does not take from its peer what was sent last. */
    static void drain(SocketChannel from) {
        ByteBuffer nobodyWants = ByteBuffer.allocate(DRAINED_BYTES);
        try {
            while (from.read(nobodyWants) >= 0) {
                nobodyWants.clear();
            }
        } catch (IOException closed) {
            // All the same.
        }
    }

    /** Sends all of it. */
    static void write(SocketChannel channel, byte... bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    static void endOutput(SocketChannel channel) {
        try {
            channel.shutdownOutput();
        } catch (IOException closed) {
            // It has ended by that.
        }
    }

    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException closed) {
            // It is gone in any case.
        }
    }
}
