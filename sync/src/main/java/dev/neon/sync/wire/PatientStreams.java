package dev.neon.sync.wire;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** Two streams to another process, which tell how long somebody has been waiting for the other side. */
public final class PatientStreams {
    private final Waiting reading = new Waiting();
    private final Waiting writing = new Waiting();
    private final InputStream in;
    private final OutputStream out;

    public PatientStreams(InputStream in, OutputStream out) {
        this.in = new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                reading.begin();
                try {
                    return super.read(bytes, offset, length);
                } finally {
                    reading.end();
                }
            }
        };
        this.out = new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                writing.begin();
                try {
                    super.out.write(bytes, offset, length);
                } finally {
                    writing.end();
                }
            }

            @Override
            public void close() throws IOException {
                writing.begin();
                try {
                    super.out.close();
                } finally {
                    writing.end();
                }
            }

            @Override
            public void flush() throws IOException {
                writing.begin();
                try {
                    super.out.flush();
                } finally {
                    writing.end();
                }
            }
        };
    }

    /** What comes from the other side. */
    public InputStream in() {
        return in;
    }

    /** What goes there. */
    public OutputStream out() {
        return out;
    }

    /** Whether somebody has waited for the other side for so long, to say or to take something. */
    public boolean waits(Duration patience) {
        return reading.lasts(patience) || writing.lasts(patience);
    }

    private static final class Waiting {
        /** Of {@link System#nanoTime}; 0 if nobody waits. */
        private volatile long since;

        void begin() {
            since = System.nanoTime() | 1;
        }

        void end() {
            since = 0;
        }

        boolean lasts(Duration patience) {
            long begin = since;
            return begin != 0 && System.nanoTime() - begin > patience.toNanos();
        }
    }
}
