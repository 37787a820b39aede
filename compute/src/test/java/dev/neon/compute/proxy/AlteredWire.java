package dev.neon.compute.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;

/** A socket for a client of TLS that sends its bytes over another one, and otherwise than it was told. */
abstract class AlteredWire extends Socket {
    private final Socket wire;

    AlteredWire(Socket wire) {
        this.wire = wire;
    }

    /** Sends what it makes of bytes. */
    abstract void send(byte[] bytes, OutputStream to) throws IOException;

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                send(new byte[] {(byte) b}, wire.getOutputStream());
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                send(Arrays.copyOfRange(bytes, from, from + length), wire.getOutputStream());
            }
        };
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return wire.getInputStream();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public synchronized void close() throws IOException {
        wire.close();
    }
}
