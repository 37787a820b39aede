package dev.neon.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The usual proxy of PostgreSQL's protocol, in C, with a server session for each client's: what passing bytes costs at least. */
final class PgBouncer implements AutoCloseable {
    private final int port;
    private final Process process;

    private PgBouncer(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /**
     * Starts one before a server; empty if it is not installed.
     *
     * @param sockets where the server's unix socket is, which it goes by, as the page server does
     */
    static Optional<PgBouncer> start(Lab lab, Path sockets, int server) {
        return lab.find("pgbouncer").or(() -> Optional.of(Path.of("/usr/sbin/pgbouncer")).filter(Files::isExecutable))
                .map(program -> start(lab, program, sockets, server));
    }

    private static PgBouncer start(Lab lab, Path program, Path sockets, int server) {
        int port = PlainServer.freePort();
        Path users = lab.path("pgbouncer.users");
        Path settings = lab.path("pgbouncer.ini");
        try {
            Files.writeString(users, "\"postgres\" \"\"\n");
            Files.writeString(settings, """
                    [databases]
                    * = host=%s port=%d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = trust
                    auth_file = %s
                    pool_mode = session
                    default_pool_size = 50
                    """.formatted(sockets, server, port, users));
            File log = lab.path("pgbouncer.log").toFile();
            Process process = new ProcessBuilder(lab.asServer(List.of("setsid", program.toString(), settings.toString())))
                    .redirectErrorStream(true).redirectOutput(log).start();
            PgBouncer bouncer = lab.kept(() -> new PgBouncer(port, process));
            Sql.await(port, process.toHandle());
            return bouncer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
