package dev.neon.cli.command.remote;

import dev.neon.repo.repository.Repository;
import dev.neon.sync.Remote;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.transport.StreamConnection;
import dev.neon.sync.wire.WireRemote;
import dev.neon.sync.wire.WireServer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;

/** A repository served by a thread, behind two pipes of the operating system that can be cut. */
final class PipedRemote {
    private static final int BUFFER = 1 << 16;

    private PipedRemote() {}

    /**
     * Counts what goes over the line, and cuts it.
     *
     * @param left bytes that may still pass, in both directions together
     */
    record Line(AtomicLong received, AtomicLong sent, AtomicLong left) {
        static Line whole() {
            return cutAfter(Long.MAX_VALUE);
        }

        static Line cutAfter(long bytes) {
            return new Line(new AtomicLong(), new AtomicLong(), new AtomicLong(bytes));
        }

        long bytes() {
            return received.get() + sent.get();
        }
    }

    static Remote open(String name, Repository repository) {
        return open(name, repository, Line.whole());
    }

    static Remote open(String name, Repository repository, Line line) {
        try {
            Pipe there = Pipe.open();
            Pipe back = Pipe.open();
            Thread server = Thread.ofPlatform().daemon().start(() -> serve(repository, there, back));
            InputStream in = new BufferedInputStream(new Incoming(back, there, line), BUFFER);
            OutputStream out = new BufferedOutputStream(new Outgoing(there, back, line), BUFFER);
            return new WireRemote(name, new StreamConnection(in, out, () -> join(server)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void serve(Repository repository, Pipe there, Pipe back) {
        try (InputStream in = Channels.newInputStream(there.source());
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(back.sink()), BUFFER);
                RepositoryEndpoint endpoint = Repositories.endpoint("served", repository)) {
            new WireServer(endpoint, EnumSet.allOf(WireServer.Verb.class)).serve(in, out);
        } catch (IOException cut) {
            // As a process ends whose pipes break.
        }
    }

    private static void join(Thread server) {
        try {
            server.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException cut(Pipe one, Pipe other) throws IOException {
        one.sink().close();
        other.source().close();
        return new IOException("the line is cut");
    }

    private static final class Incoming extends FilterInputStream {
        private final Pipe back;
        private final Pipe there;
        private final Line line;

        Incoming(Pipe back, Pipe there, Line line) {
            super(Channels.newInputStream(back.source()));
            this.back = back;
            this.there = there;
            this.line = line;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            long left = line.left().get();
            if (left <= 0) {
                throw cut(there, back);
            }
            int count = super.read(bytes, offset, (int) Math.min(length, left));
            if (count > 0) {
                line.left().addAndGet(-count);
                line.received().addAndGet(count);
            }
            return count;
        }
    }

    private static final class Outgoing extends FilterOutputStream {
        private final Pipe there;
        private final Pipe back;
        private final Line line;

        Outgoing(Pipe there, Pipe back, Line line) {
            super(Channels.newOutputStream(there.sink()));
            this.there = there;
            this.back = back;
            this.line = line;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int count = (int) Math.min(length, line.left().get());
            out.write(bytes, offset, count);
            line.left().addAndGet(-count);
            line.sent().addAndGet(count);
            if (count < length) {
                throw cut(there, back);
            }
        }
    }
}
