package dev.neon.cli.command.remote;

import dev.neon.cli.command.remote.PipedRemote.Line;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Connections to a server of this machine on a way that is cut after some bytes: all of them, and new ones too. */
final class CutLine implements AutoCloseable {
    private final ServerSocket here = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final int port;
    private final Line line;

    CutLine(int port, Line line) throws IOException {
        this.port = port;
        this.line = line;
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + here.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = here.accept();
                sockets.add(client);
                if (line.left().get() <= 0) {
                    client.close();
                    continue;
                }
                Socket server = new Socket();
                sockets.add(server);
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                Thread.ofVirtual().start(() -> copy(client, server, true));
                Thread.ofVirtual().start(() -> copy(server, client, false));
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void copy(Socket from, Socket to, boolean isSent) {
        byte[] some = new byte[1 << 14];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                long left = line.left().getAndAdd(-count);
                int passed = (int) Math.clamp(left, 0, count);
                out.write(some, 0, passed);
                (isSent ? line.sent() : line.received()).addAndGet(passed);
                if (passed < count) {
                    cut();
                    return;
                }
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            cut(from);
            cut(to);
        }
    }

    private void cut() {
        sockets.forEach(CutLine::cut);
    }

    private static void cut(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            // So it is.
        }
    }

    @Override
    public void close() throws IOException {
        here.close();
        cut();
    }
}
