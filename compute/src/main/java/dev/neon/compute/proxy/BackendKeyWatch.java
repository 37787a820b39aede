package dev.neon.compute.proxy;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Follows the messages of a backend from the first on until its BackendKeyData: {@code K}, length, pid, secret. Bytes come in
 * whatever pieces; none is kept but that message's own.
 */
final class BackendKeyWatch {
    private static final int HEADER = 1 + Integer.BYTES;
    private static final int LONGEST_KEY = Integer.BYTES + CancelKey.LONGEST_SECRET;

    private final byte[] header = new byte[HEADER];
    private int headerBytes;
    private byte[] body = new byte[0];
    private int bodyBytes;
    private long skip;
    private boolean isDone;

    /** Whether no more bytes are wanted: the key was found, or the session has begun or ended without one. */
    boolean isDone() {
        return isDone;
    }

    /** Looks at the bytes between position and limit, which stay as they are; the key when it is complete. */
    Optional<CancelKey> accept(ByteBuffer bytes) {
        int at = bytes.position();
        while (at < bytes.limit() && !isDone) {
            if (skip > 0) {
                int passed = (int) Math.min(skip, bytes.limit() - at);
                skip -= passed;
                at += passed;
            } else if (headerBytes < HEADER) {
                header[headerBytes++] = bytes.get(at++);
                if (headerBytes == HEADER) {
                    begin();
                }
            } else {
                body[bodyBytes++] = bytes.get(at++);
                if (bodyBytes == body.length) {
                    isDone = true;
                    return Optional.of(CancelKey.of(body, 0, body.length));
                }
            }
        }
        return Optional.empty();
    }

    private void begin() {
        int length = ByteBuffer.wrap(header, 1, Integer.BYTES).getInt() - Integer.BYTES;
        char type = (char) header[0];
        if (type == 'K' && length > Integer.BYTES && length <= LONGEST_KEY) {
            body = new byte[length];
        } else {
            isDone = type == 'K' || type == 'Z' || type == 'E' || length < 0;
            skip = length;
            headerBytes = 0;
        }
    }
}
