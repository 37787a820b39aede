package dev.neon.compute.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** Passes bytes from one socket to another, in direct buffers that are used again. */
final class Relay {
    private static final int BUFFER_BYTES = 32 << 10;
    private static final int KEPT_BUFFERS = 64;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();

    /**
     * Passes on what comes until {@code from} ends or either breaks; then {@code to} is told that there is no more.
     *
     * @param seen gets each piece before it is sent, to look at
     */
    void pass(SocketChannel from, SocketChannel to, Consumer<ByteBuffer> seen) {
        ByteBuffer buffer = take();
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                seen.accept(buffer);
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException broken) {
            // The other direction ends by it as well, or has something left to tell.
        } finally {
            give(buffer);
            endOutput(to);
        }
    }

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
