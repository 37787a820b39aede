package dev.neon.bench;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The least that a copy over the network can take: the bytes of all files through a socket, written and forced to disk. */
final class LoopbackCopy {
    private static final int BUFFER = 1 << 18;

    private LoopbackCopy() {}

    /** Milliseconds for a tree, into a directory that does not exist. */
    static double millis(Path from, Path to) {
        long begin = System.nanoTime();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread sender = Thread.ofPlatform().start(() -> send(server, from));
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
                receive(socket, to);
            }
            sender.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static void send(ServerSocket server, Path from) {
        try (Socket socket = server.accept(); DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                Stream<Path> walk = Files.walk(from)) {
            WritableByteChannel channel = Channels.newChannel(out);
            List<Path> files = walk.filter(Files::isRegularFile).toList();
            out.writeInt(files.size());
            for (Path file : files) {
                out.writeUTF(from.relativize(file).toString());
                out.writeLong(Files.size(file));
                try (FileChannel content = FileChannel.open(file)) {
                    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
                    while (content.read(buffer.clear()) >= 0) {
                        channel.write(buffer.flip());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void receive(Socket socket, Path to) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] buffer = new byte[BUFFER];
        for (int left = in.readInt(); left > 0; left--) {
            Path file = to.resolve(in.readUTF());
            Files.createDirectories(file.getParent());
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (long bytes = in.readLong(); bytes > 0; ) {
                    int some = in.read(buffer, 0, (int) Math.min(buffer.length, bytes));
                    out.write(ByteBuffer.wrap(buffer, 0, some));
                    bytes -= some;
                }
                out.force(true);
            }
        }
    }
}
