package dev.neon.sync.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** The body of an answer of HTTP/1.1: in chunks, of a length that was told, or up to the end of the connection. */
abstract sealed class Http1Body extends InputStream {
    private static final int LONGEST_LINE = 1 << 12;

    final InputStream in;
    private boolean isEnded;

    private Http1Body(InputStream in) {
        this.in = in;
    }

    /** @throws IOException if its head does not tell where it ends */
    static Http1Body of(Http1Head head, InputStream in) throws IOException {
        if (head.status() == 204 || head.status() == 304) {
            return new Sized(in, OptionalLong.of(0));
        }
        if (head.isChunked()) {
            return new Chunked(in);
        }
        if (head.field("transfer-encoding").isPresent()) {
            throw new IOException("an answer of the form '" + Http1Head.printable(head.field("transfer-encoding").get()) + "'");
        }
        if (head.field("content-length").isEmpty()) {
            return new Sized(in, OptionalLong.empty());
        }
        String length = head.field("content-length").get();
        if (!length.matches("[0-9]{1,18}")) {
            throw new IOException("an answer of '" + Http1Head.printable(length) + "' bytes");
        }
        return new Sized(in, OptionalLong.of(Long.parseLong(length)));
    }

    /** Whether it ends where the connection does. */
    boolean isUpToTheEnd() {
        return false;
    }

    /** Bytes that come before something else does; -1 at the end. */
    abstract long left() throws IOException;

    abstract void took(int bytes);

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        long left = isEnded ? -1 : left();
        if (left < 0) {
            isEnded = true;
            return -1;
        }
        int some = in.read(bytes, offset, (int) Math.min(left, length));
        if (some < 0) {
            if (isUpToTheEnd()) {
                isEnded = true;
                return -1;
            }
            throw new EOFException("the connection ended");
        }
        took(some);
        return some;
    }

    private static final class Sized extends Http1Body {
        private final boolean isUpToTheEnd;
        private long left;

        /** @param length empty if it goes on up to the end of the connection */
        Sized(InputStream in, OptionalLong length) {
            super(in);
            this.isUpToTheEnd = length.isEmpty();
            this.left = length.orElse(Long.MAX_VALUE);
        }

        @Override
        boolean isUpToTheEnd() {
            return isUpToTheEnd;
        }

        @Override
        long left() {
            return left == 0 ? -1 : left;
        }

        @Override
        void took(int bytes) {
            left -= bytes;
        }
    }

    private static final class Chunked extends Http1Body {
        private long left;
        private boolean isFirst = true;

        Chunked(InputStream in) {
            super(in);
        }

        @Override
        long left() throws IOException {
            if (left > 0) {
                return left;
            }
            int[] room = {LONGEST_LINE};
            if (!isFirst && !Http1Head.line(in, room).isEmpty()) {
                throw new IOException("a chunk of HTTP is longer than it says");
            }
            isFirst = false;
            String size = Http1Head.line(in, room).replaceFirst("[;\\s].*", "");
            if (!size.matches("[0-9A-Fa-f]{1,15}")) {
                throw new IOException("a chunk of HTTP of '" + Http1Head.printable(size) + "' bytes");
            }
            left = Long.parseLong(size, 16);
            if (left > 0) {
                return left;
            }
            while (!Http1Head.line(in, room).isEmpty()) {
                // Fields that nobody asked for.
                continue;
            }
            return -1;
        }

        @Override
        void took(int bytes) {
            left -= bytes;
        }
    }
}
