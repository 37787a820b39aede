package dev.neon.compute.proxy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What BackendKeyData gives a client, and a CancelRequest gives back.
 *
 * @param pid    the backend's process
 * @param secret in hexadecimal digits; 4 bytes in protocol 3.0, up to 256 from 3.2 on
 */
record CancelKey(int pid, String secret) {
    /** {@code REL_18 pqcomm.h MAX_CANCEL_KEY_LENGTH}, in bytes. */
    static final int LONGEST_SECRET = 256;

    /** @param bytes the pid, most significant byte first, and the secret behind it */
    static CancelKey of(byte[] bytes, int from, int to) {
        int pid = ByteBuffer.wrap(bytes, from, Integer.BYTES).getInt();
        return new CancelKey(pid, HexFormat.of().formatHex(Arrays.copyOfRange(bytes, from + Integer.BYTES, to)));
    }
}
