package dev.neon.sync.http;

import dev.neon.repo.error.InvalidInputException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** The body of a request: counts, and ends what is too long. */
final class MeteredInput extends FilterInputStream {
    private final OptionalLong limit;
    private long bytes;

    MeteredInput(InputStream in, OptionalLong limit) {
        super(in);
        this.limit = limit;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int some = in.read(buffer, offset, length);
        bytes += Math.max(0, some);
        if (limit.isPresent() && bytes > limit.getAsLong()) {
            throw tooLong(limit.getAsLong());
        }
        return some;
    }

    static InvalidInputException tooLong(long limit) {
        return new InvalidInputException("the request has more than " + limit + " bytes",
                "Whoever runs the server can let it take more, with --max-request-size.");
    }

    /**
     * Reads what still comes and forgets it, so that the other side gets to reading the answer.
     *
     * @param most bytes; if there are more, the connection breaks
     */
    void drain(long most) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (long left = most; left > 0; ) {
            int some = in.read(buffer);
            if (some < 0) {
                return;
            }
            bytes += some;
            left -= some;
        }
    }
}
