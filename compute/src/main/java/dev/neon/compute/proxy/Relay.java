package dev.neon.compute.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** What is done with sockets that block, and with their ends. */
final class Relay {
    private static final int BUFFER_BYTES = 32 << 10;
    private static final int KEPT_BUFFERS = 64;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();

    /** Reads what still comes, so that closing the socket does not take from its peer what was sent last. */
    void drain(SocketChannel from) {
        ByteBuffer buffer = take();
        try {
            while (from.read(buffer.clear()) >= 0) {
                // Nobody wants it.
            }
        } catch (IOException closed) {
            // All the same.
        } finally {
            give(buffer);
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

    private ByteBuffer take() {
        synchronized (free) {
            ByteBuffer buffer = free.poll();
            return buffer != null ? buffer : ByteBuffer.allocateDirect(BUFFER_BYTES);
        }
    }

    private void give(ByteBuffer buffer) {
        synchronized (free) {
            if (free.size() < KEPT_BUFFERS) {
                free.push(buffer);
            }
        }
    }
}
