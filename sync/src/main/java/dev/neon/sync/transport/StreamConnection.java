package dev.neon.sync.transport;

import dev.neon.sync.wire.Connection;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Two streams on which exchanges follow each other. They end when somebody else, as a program for SSH, has lost patience; so it is told
 * how long nothing moved before.
 */
public final class StreamConnection implements Connection {
    private static final long WORTH_TELLING = 1;

    private final InputStream in;
    private final OutputStream out;
    private final Runnable end;

    /** @param end what is done when the connection is closed, after the streams */
    public StreamConnection(InputStream in, OutputStream out, Runnable end) {
        this.in = in;
        this.out = out;
        this.end = end;
    }

    @Override
    public Exchange begin(String verb) {
        return new Exchange() {
            @Override
            public OutputStream request() {
                return new FilterOutputStream(out) {
                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        long begin = System.nanoTime();
                        try {
                            out.write(bytes, offset, length);
                        } catch (IOException broken) {
                            throw since(begin) < WORTH_TELLING ? broken
                                    : new IOException("the other side took nothing for " + since(begin) + " s, then the connection ended", broken);
                        }
                    }

                    @Override
                    public void close() throws IOException {
                        out.flush();
                    }
                };
            }

            @Override
            public InputStream answer() {
                return new FilterInputStream(in) {
                    @Override
                    public int read() throws IOException {
                        byte[] one = new byte[1];
                        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        long begin = System.nanoTime();
                        int some = in.read(bytes, offset, length);
                        if (some < 0 && since(begin) >= WORTH_TELLING) {
                            throw new EOFException("nothing came for " + since(begin) + " s, then the connection ended");
                        }
                        return some;
                    }

                    @Override
                    public void close() {
                        // The next answer comes on the same stream.
                    }
                };
            }

            @Override
            public void close() {
                // As above.
            }
        };
    }

    private static long since(long begin) {
        return (System.nanoTime() - begin) / 1_000_000_000;
    }

    @Override
    public int width() {
        return 1;
    }

    @Override
    public void close() {
        try (in; out) {
            out.flush();
        } catch (IOException broken) {
            // Nothing more is expected of it.
        } finally {
            end.run();
        }
    }
}
