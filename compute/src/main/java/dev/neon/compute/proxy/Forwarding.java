package dev.neon.compute.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
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
    private final Side client;
    private final Side server;
    private final Direction up;
    private final Direction down;
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable SelectionKey clientKey;
    private @Nullable SelectionKey serverKey;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean goesOn;
    private boolean isDrained;

    private Forwarding(EventLoop loop, ScheduledExecutorService timer, Side client, Side server, Traffic traffic,
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
    static void untilEnd(EventLoop loop, ScheduledExecutorService timer, Side client, Side server, Traffic traffic,
            Consumer<ByteBuffer> seen) throws InterruptedException {
        Forwarding forwarding = new Forwarding(loop, timer, client, server, traffic, seen);
        if (loop.add(forwarding)) {
            forwarding.ended.await();
        } else {
            Relay.close(server.socket());
            Relay.close(client.socket());
        }
    }

    /** Passes from one side to the other, and holds what that does not take yet. */
    private static final class Direction {
        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

        private final EventLoop loop;
        private final Side from;
        private final Side to;
        private final LongAdder count;
        private final Consumer<ByteBuffer> seen;
        private @Nullable ByteBuffer held;
        private boolean isOver;

        private Direction(EventLoop loop, Side from, Side to, LongAdder count, Consumer<ByteBuffer> seen) {
            this.loop = loop;
            this.from = from;
            this.to = to;
            this.count = count;
            this.seen = seen;
        }

        /** @return whether more may come */
        private boolean move() throws IOException {
            if (held != null) {
                to.write(held);
                if (!held.hasRemaining()) {
                    drop();
                }
            } else if (to.isHolding()) {
                to.write(NOTHING);
            } else {
                return pass();
            }
            return true;
        }

        private boolean pass() throws IOException {
            ByteBuffer bytes = loop.plain().get();
            int read = from.read(bytes);
            if (read < 0) {
                return false;
            }
            count.add(read);
            seen.accept(bytes.flip());
            to.write(bytes);
            if (bytes.hasRemaining()) {
                loop.plain().keep();
                held = bytes;
            }
            return true;
        }

        private void drop() {
            if (held != null) {
                loop.plain().giveBack(held);
                held = null;
            }
        }

        private boolean wantsToRead() {
            return !isOver && !wantsToWrite() && from.canRead();
        }

        private boolean wantsToWrite() {
            return held != null || to.isHolding();
        }
    }

    @Override
    public void begin() {
        try {
            clientKey = loop.register(client.socket(), SelectionKey.OP_READ, this);
            serverKey = loop.register(server.socket(), SelectionKey.OP_READ, this);
            settle();
        } catch (IOException | CancelledKeyException closed) {
            end();
        }
    }

    @Override
    public void ready(SelectionKey key) {
        boolean isClient = key == clientKey;
        if (key.isWritable()) {
            if (isClient && down.isOver) {
                tellRest();
            } else {
                move(isClient ? down : up);
            }
        }
        if (key.isValid() && key.isReadable()) {
            if (isClient && down.isOver) {
                drain();
            } else {
                move(isClient ? up : down);
            }
        }
        settle();
    }

    @Override
    public void goOn() {
        goesOn = false;
        if (up.wantsToRead()) {
            move(up);
        }
        settle();
    }

    /** Says what is to be waited for. */
    private void settle() {
        if (ended.getCount() == 0) {
            return;
        }
        expect(clientKey, up.wantsToRead() || down.isOver && !isDrained, down.wantsToWrite());
        expect(serverKey, down.wantsToRead(), up.wantsToWrite());
        if (client.isPending() && up.wantsToRead() && !goesOn) {
            goesOn = true;
            loop.again(this);
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
        } catch (SSLException forged) {
            farewell();
            return;
        } catch (IOException broken) {
            // The other direction ends by it as well, or has something left to tell.
        }
        if (direction == up) {
            up.isOver = true;
            up.drop();
            Relay.endOutput(server.socket());
        } else {
            farewell();
        }
    }

    /** The server is gone or of no use, so nothing of the client can matter any more; it may still read. */
    private void farewell() {
        up.isOver = true;
        up.drop();
        down.isOver = true;
        down.drop();
        Relay.close(server.socket());
        isDrained = loop.isEnding();
        try {
            deadline = timer.schedule(() -> loop.execute(this::end), FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
            client.endOutput();
            endWhenTold();
        } catch (RejectedExecutionException | IOException closingOrGone) {
            end();
        }
    }

    private void tellRest() {
        try {
            client.write(Direction.NOTHING);
            endWhenTold();
        } catch (IOException gone) {
            end();
        }
    }

    /** Reads what still comes, so that closing the socket does not take from the client what was sent last. */
    private void drain() {
        try {
            isDrained = client.socket().read(loop.plain().get()) < 0;
            endWhenTold();
        } catch (IOException gone) {
            end();
        }
    }

    private void endWhenTold() {
        if (isDrained && !client.isHolding()) {
            end();
        }
    }

    @Override
    public void end() {
        up.drop();
        down.drop();
        client.drop();
        server.drop();
        Relay.close(server.socket());
        Relay.close(client.socket());
        if (deadline != null) {
            deadline.cancel(false);
        }
        loop.leave(this);
        ended.countDown();
    }
}
