package dev.neon.sync.transport;

import java.io.IOException;
import java.io.OutputStream;

/** A stream that passes what is written to it on in blocks, each when the next one begins. One thread writes. */
abstract class BlockOutput extends OutputStream {
    private static final int BLOCK = 1 << 16;

    /** What has not been passed on: the first {@link #filled} bytes. */
    byte[] block = new byte[BLOCK];
    int filled;

    /** Passes the block on; {@link #filled} is 0 after it. */
    abstract void pass() throws IOException;

    @Override
    public final void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public final void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            if (filled == BLOCK) {
                pass();
            }
            int some = Math.min(length - done, BLOCK - filled);
            System.arraycopy(bytes, offset + done, block, filled, some);
            filled += some;
            done += some;
        }
    }

    /** An empty block in place of one that somebody else keeps. */
    final void renew() {
        block = new byte[BLOCK];
        filled = 0;
    }
}
