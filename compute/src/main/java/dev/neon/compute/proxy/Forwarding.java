package dev.neon.compute.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One session's bytes in both directions, on the thread of an {@link EventLoop}. When the client ends its output the server is
 * told, and may still answer. When the server has ended, the client gets what is left, and a while to take it.
 */
final class Forwarding implements EventLoop.Ready {
    /** How long a client may take what it was told last, once all of it is sent. */
    static final Duration FAREWELL = Duration.ofSeconds(5);

    /** Counts bytes, of all sessions. */
    record Traffic(LongAdder fromClients, LongAdder toClients) {
        Traffic() {
            this(new LongAdder(), new LongAdder());
        }
    }

    private final EventLoop loop;
    private final ScheduledExecutorService timer;
    private final SocketChannel client;
    private final SocketChannel server;
    private final Direction up;
    private final Direction down;
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable SelectionKey clientKey;
    private @Nullable SelectionKey serverKey;
    private @Nullable ScheduledFuture<?> deadline;

    private Forwarding(EventLoop loop, ScheduledExecutorService timer, SocketChannel client, SocketChannel server, Traffic traffic,
            Consumer<ByteBuffer> seen) {
        this.loop = loop;
        this.timer = timer;
        this.client = client;
        this.server = server;
        this.up = new Direction(loop, client, server, traffic.fromClients(), _ -> { });
        this.down = new Direction(loop, server, client, traffic.toClients(), seen);
    }

    /**
     * Passes bytes until both ends are closed, which it sees to.
     *
     * @param seen gets each piece that the server sends before the client does, to look at; on the loop's thread
     */
    static void untilEnd(EventLoop loop, ScheduledExecutorService timer, SocketChannel client, SocketChannel server, Traffic traffic,
            Consumer<ByteBuffer> seen) throws InterruptedException {
        Forwarding forwarding = new Forwarding(loop, timer, client, server, traffic, seen);
        loop.execute(forwarding::begin);
        forwarding.ended.await();
    }

    /** Passes from one socket to the other, and holds what that does not take yet. */
    private static final class Direction {
        private final EventLoop loop;
        private final SocketChannel from;
        private final SocketChannel to;
        private final LongAdder count;
        private final Consumer<ByteBuffer> seen;
        private @Nullable ByteBuffer held;
        private boolean isOver;

        private Direction(EventLoop loop, SocketChannel from, SocketChannel to, LongAdder count, Consumer<ByteBuffer> seen) {
            this.loop = loop;
            this.from = from;
            this.to = to;
            this.count = count;
            this.seen = seen;
        }

        /** @return whether more may come */
        private boolean move() throws IOException {
            ByteBuffer bytes = held;
            if (bytes == null) {
                bytes = loop.buffer();
                int read = from.read(bytes);
                if (read < 0) {
                    return false;
                }
                count.add(read);
                seen.accept(bytes.flip());
            }
            to.write(bytes);
            if (!bytes.hasRemaining()) {
                drop();
            } else if (held == null) {
                held = loop.keepBuffer();
            }
            return true;
        }

        private void drop() {
            if (held != null) {
                loop.giveBack(held);
                held = null;
            }
        }

        private boolean wantsToRead() {
            return !isOver && held == null;
        }

        private boolean wantsToWrite() {
            return held != null;
        }
    }

    private void begin() {
        try {
            clientKey = loop.register(client, SelectionKey.OP_READ, this);
            serverKey = loop.register(server, SelectionKey.OP_READ, this);
        } catch (IOException closed) {
            end();
        }
    }

    @Override
    public void ready(SelectionKey key) {
        boolean isClient = key == clientKey;
        if (key.isWritable()) {
            move(isClient ? down : up);
        }
        if (key.isValid() && key.isReadable()) {
            if (isClient && down.isOver) {
                drain();
            } else {
                move(isClient ? up : down);
            }
        }
        if (ended.getCount() > 0) {
            expect(clientKey, up.wantsToRead() || down.isOver, down.wantsToWrite());
            expect(serverKey, down.wantsToRead(), up.wantsToWrite());
        }
    }

    private static void expect(@Nullable SelectionKey key, boolean isReading, boolean isWriting) {
        int operations = (isReading ? SelectionKey.OP_READ : 0) | (isWriting ? SelectionKey.OP_WRITE : 0);
        if (key != null && key.isValid() && key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    private void move(Direction direction) {
        if (direction.isOver) {
            return;
        }
        try {
            if (direction.move()) {
                return;
            }
        } catch (IOException broken) {
            // The other direction ends by it as well, or has something left to tell.
        }
        direction.isOver = true;
        direction.drop();
        if (direction == up) {
            Relay.endOutput(server);
        } else {
            farewell();
        }
    }

    /** The server is gone, so nothing of the client can matter any more; it may still read. */
    private void farewell() {
        up.isOver = true;
        up.drop();
        Relay.close(server);
        Relay.endOutput(client);
        deadline = timer.schedule(() -> loop.execute(this::end), FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Reads what still comes, so that closing the socket does not take from the client what was sent last. */
    private void drain() {
        try {
            if (client.read(loop.buffer()) < 0) {
                end();
            }
        } catch (IOException gone) {
            end();
        }
    }

    @Override
    public void end() {
        up.drop();
        down.drop();
        Relay.close(server);
        Relay.close(client);
        if (deadline != null) {
            deadline.cancel(false);
        }
        ended.countDown();
    }
}
