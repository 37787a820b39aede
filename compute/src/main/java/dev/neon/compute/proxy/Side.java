package dev.neon.compute.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What {@link Forwarding} sees of a client or of a server: bytes in the clear, without waiting. On the thread of an {@link EventLoop}. */
interface Side {
    SocketChannel socket();

    /** Reads what there is, but no more than one turn of the loop is to work on. @return negative at the end, else at least 0 */
    int read(ByteBuffer into) throws IOException;

    /** Sends what it holds, and then takes of these bytes what it can. */
    void write(ByteBuffer bytes) throws IOException;

    /** Whether it has taken bytes that the socket does not take yet. */
    boolean isHolding();

    /** Whether {@link #read} can do anything before what it holds is sent. */
    boolean canRead();

    /** Whether {@link #read} has something, whatever the socket has. */
    boolean isPending();

    /** Says that there is no more; behind what it holds. */
    void endOutput() throws IOException;

    /** Gives back what memory it has of the loop. */
    void drop();

    /** Without encryption. */
    record Plain(SocketChannel socket) implements Side {
        @Override
        public int read(ByteBuffer into) throws IOException {
            return socket.read(into);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            socket.write(bytes);
        }

        @Override
        public boolean isHolding() {
            return false;
        }

        @Override
        public boolean canRead() {
            return true;
        }

        @Override
        public boolean isPending() {
            return false;
        }

        @Override
        public void endOutput() {
            Relay.endOutput(socket);
        }

        @Override
        public void drop() {
            // It holds nothing.
        }
    }
}
