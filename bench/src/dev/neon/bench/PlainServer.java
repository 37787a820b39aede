package dev.neon.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PostgreSQL without neon, on a plain data directory. */
final class PlainServer implements AutoCloseable {
    private final int port;
    private final Process process;

    private PlainServer(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** Starts it and waits for the answer to a first query. */
    static PlainServer start(Lab lab, Path binaries, Path data, String... settings) {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(binaries.resolve("postgres").toString(), "-D", data.toString(),
                "-p", "" + port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="));
        for (String setting : settings) {
            command.addAll(List.of("-c", setting));
        }
        // A session of its own, as pg_ctl and neon give it: Linux shares the processors out by session (autogroup).
        command.addFirst("setsid");
        try {
            File log = data.resolveSibling(data.getFileName() + ".log").toFile();
            ProcessBuilder builder = new ProcessBuilder(lab.asServer(command)).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            PlainServer server = lab.kept(() -> new PlainServer(port, process));
            Sql.await(port, process.toHandle());
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A fresh cluster like those of neon. */
    static Path initdb(Lab lab, Path binaries, String name) {
        Path data = lab.path(name);
        Program.run(lab.path("."), Map.of(), lab.asServer(List.of(binaries.resolve("initdb").toString(), "-D",
                data.toString(), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums",
                "--no-sync", "--no-instructions")));
        return data;
    }

    int port() {
        return port;
    }

    /** A fast shutdown. */
    void stop() {
        if (process.isAlive()) {
            Program.run(Path.of("/"), Map.of(), "kill", "-INT", "" + process.pid());
            await();
        }
    }

    @Override
    public void close() {
        stop();
    }

    private void await() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
