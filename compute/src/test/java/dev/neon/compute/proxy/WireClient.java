package dev.neon.compute.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that speaks PostgreSQL's protocol message by message, and can stop at any of them. */
final class WireClient implements AutoCloseable {
    /** Protocol 3.0. */
    static final int PROTOCOL = 3 << 16;

    private final Socket socket;
    private final DataInputStream in;

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** @param body what is behind the length */
    record Message(char type, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Goes on with a socket from which everything was read that has come. */
    static WireClient on(Socket socket) throws IOException {
        return new WireClient(socket);
    }

    /** Connects, and says nothing yet. */
    static WireClient connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        return new WireClient(socket);
    }

    /** A session that waits for its first query. */
    static WireClient session(int port, String database) throws IOException {
        WireClient client = connect(port);
        client.send(startup("user", "postgres", "database", database));
        client.until('Z');
        return client;
    }

    /** A startup packet; parameters are names and values in turn. */
    static byte[] startup(String... parameters) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String text : parameters) {
            body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            body.write(0);
        }
        body.write(0);
        return packet(PROTOCOL, body.toByteArray());
    }

    /** A packet without a type: length, code, body. */
    static byte[] packet(int code, byte[] body) {
        int length = 2 * Integer.BYTES + body.length;
        return ByteBuffer.allocate(length).putInt(length).putInt(code).put(body).array();
    }

    /** A message: type, length, body. */
    static byte[] message(char type, byte[] body) {
        return ByteBuffer.allocate(1 + Integer.BYTES + body.length).put((byte) type).putInt(Integer.BYTES + body.length).put(body).array();
    }

    static byte[] query(String sql) {
        return message('Q', (sql + '\0').getBytes(StandardCharsets.UTF_8));
    }

    void send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    Message read() throws IOException {
        char type = (char) in.readUnsignedByte();
        byte[] body = new byte[in.readInt() - Integer.BYTES];
        in.readFully(body);
        return new Message(type, body);
    }

    /** Reads up to the next message of a type; an error that comes before is thrown. */
    Message until(char type) throws IOException {
        while (true) {
            Message message = read();
            if (message.type() == type) {
                return message;
            }
            if (message.type() == 'E') {
                throw new IOException(message.text().replace('\0', '|'));
            }
        }
    }

    /** All that still comes, after it was told that no more is sent. */
    byte[] rest() throws IOException {
        socket.shutdownOutput();
        return in.readAllBytes();
    }

    Socket socket() {
        return socket;
    }

    /** Ends the connection by a reset, whatever is on its way. */
    void reset() throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    /** Says goodbye. */
    void terminate() throws IOException {
        send(message('X', new byte[0]));
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
