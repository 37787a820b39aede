package dev.neon.sync.wire;

import java.io.IOException;

/** What came is not of the protocol. */
final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    ProtocolException(String message) {
        super(message);
    }
}
