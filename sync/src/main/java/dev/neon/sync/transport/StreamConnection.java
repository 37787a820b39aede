package dev.neon.sync.transport;

import dev.neon.sync.wire.Connection;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Two streams on which exchanges follow each other. */
public final class StreamConnection implements Connection {
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
                        out.write(bytes, offset, length);
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
