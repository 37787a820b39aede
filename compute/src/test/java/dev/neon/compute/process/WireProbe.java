package dev.neon.compute.process;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks whether a PostgreSQL server accepts connections, by beginning one: sends a StartupMessage of protocol 3.0 and
 * looks at the first answer (PostgreSQL documentation, "Message Formats"). Costs no session: it goes when the server
 * has answered. libpq's PQping is the model (REL_18 fe-connect.c internal_ping).
 */
public final class WireProbe {
    private static final int PROTOCOL_3_0 = 3 << 16;
    /** A type byte and a length. */
    private static final int MESSAGE_HEADER = 5;
    private static final int LONGEST_ANSWER = 30_000;
    private static final String CANNOT_CONNECT_NOW = "57P03";

    private final Selector selector;
    private final SocketChannel channel;
    private final long deadline;

    private WireProbe(Selector selector, SocketChannel channel, long deadline) {
        this.selector = selector;
        this.channel = channel;
        this.deadline = deadline;
    }

    /** What stands behind an address. */
    public sealed interface Answer {
        /** It accepts connections; whether this one would be let in does not matter. */
        record Ready() implements Answer {}

        /**
         * A PostgreSQL server that lets nobody in at the moment.
         *
         * @param message in the server's words, for example "the database system is starting up"
         */
        record Starting(String message) implements Answer {}

        /** Nobody listens. */
        record Nobody() implements Answer {}

        /** Took the connection and said nothing in time, or hung up; a server too busy or just dying does so. */
        record Silent() implements Answer {}

        /** Something else listens there. */
        record NotPostgres() implements Answer {}
    }

    /**
     * Asks once.
     *
     * @param server a Unix-domain socket ({@code <directory>/.s.PGSQL.<port>}) or a TCP address
     * @param limit  how long to wait for the answer
     */
    public static Answer ask(SocketAddress server, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        ProtocolFamily family = switch (server) {
            case UnixDomainSocketAddress local -> StandardProtocolFamily.UNIX;
            case InetSocketAddress inet when inet.getAddress() instanceof Inet4Address -> StandardProtocolFamily.INET;
            default -> StandardProtocolFamily.INET6;
        };
        try (Selector selector = Selector.open();
                SocketChannel channel = SocketChannel.open(family)) {
            channel.configureBlocking(false);
            channel.register(selector, 0);
            WireProbe probe = new WireProbe(selector, channel, deadline);
            try {
                if (!channel.connect(server)) {
                    if (!probe.awaitUntil(SelectionKey.OP_CONNECT)) {
                        return new Answer.Nobody();
                    }
                    channel.finishConnect();
                }
            } catch (IOException refused) {
                return new Answer.Nobody();
            }
            return probe.converse();
        } catch (IOException hungUp) {
            return new Answer.Silent();
        }
    }

    private Answer converse() throws IOException {
        ByteBuffer startup = startupMessage();
        while (startup.hasRemaining()) {
            if (channel.write(startup) == 0 && !awaitUntil(SelectionKey.OP_WRITE)) {
                return new Answer.Silent();
            }
        }
        ByteBuffer header = ByteBuffer.allocate(MESSAGE_HEADER);
        if (!fill(header)) {
            return header.position() == 0 ? new Answer.Silent() : new Answer.NotPostgres();
        }
        int length = header.getInt(1) - Integer.BYTES;
        if (length < 0 || length > LONGEST_ANSWER) {
            return new Answer.NotPostgres();
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        return switch (header.get(0)) {
            case 'R' -> {
                channel.write(ByteBuffer.wrap(new byte[] {'X', 0, 0, 0, Integer.BYTES}));
                yield new Answer.Ready();
            }
            case 'E' -> fill(body) ? refusal(body.array()) : new Answer.Silent();
            default -> new Answer.NotPostgres();
        };
    }

    private static ByteBuffer startupMessage() {
        byte[] parameters = "user\0postgres\0database\0postgres\0application_name\0neon\0\0"
                .getBytes(StandardCharsets.US_ASCII);
        int length = 2 * Integer.BYTES + parameters.length;
        return ByteBuffer.allocate(length).putInt(length).putInt(PROTOCOL_3_0).put(parameters).flip();
    }

    /** Any error but one comes from a server that looks at its clients one by one. */
    private static Answer refusal(byte[] fields) {
        String state = "";
        String message = "";
        for (String field : new String(fields, StandardCharsets.UTF_8).split("\0")) {
            if (field.startsWith("C")) {
                state = field.substring(1);
            } else if (field.startsWith("M")) {
                message = field.substring(1);
            }
        }
        return state.equals(CANNOT_CONNECT_NOW) ? new Answer.Starting(message) : new Answer.Ready();
    }

    /** Whether the buffer was filled before the time was up and the other side closed. */
    private boolean fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer);
            if (read < 0 || read == 0 && !awaitUntil(SelectionKey.OP_READ)) {
                return false;
            }
        }
        return true;
    }

    private boolean awaitUntil(int operation) throws IOException {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0) {
            return false;
        }
        channel.keyFor(selector).interestOps(operation);
        int selected = selector.select(left);
        selector.selectedKeys().clear();
        return selected > 0;
    }
}
