package dev.neon.cli.command.remote;

import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.io.Interruption;
import dev.neon.cli.workspace.RemoteAccess;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.sync.http.HttpServer;
import dev.neon.sync.http.ServerSettings;
import dev.neon.sync.http.TokenFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** {@code neon serve --http}: from the first request to the signal that ends it. */
final class HttpService {
    private HttpService() {}

    static ExitCode run(Invocation invocation, ServerSettings settings, boolean isInsecure, Optional<Path> accessLog) {
        if (settings.tls().isEmpty() && !isInsecure && !isLoopback(settings.host())) {
            throw new UsageException("'" + settings.host() + "' is reached by other machines, and without TLS all of them can read along",
                    "Give '--tls-cert' and '--tls-key', or '--insecure' where something else encrypts.");
        }
        TokenFile tokens = new TokenFile(settings.root());
        HttpServer server = HttpServer.start(settings, tokens, (name, place) -> RemoteAccess.served(invocation, name, place),
                invocation.environment().clock(), log(invocation, accessLog));
        if (settings.anonymous().isEmpty() && tokens.list().isEmpty()) {
            invocation.output().warning("there is no token yet, so nobody is let in; 'neon serve token create' makes one");
        }
        invocation.output().line(server.address());
        invocation.output().flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException told) {
            Interruption.finish(server::close);
        }
        return ExitCode.OK;
    }

    private static boolean isLoopback(String host) {
        try {
            for (InetAddress each : InetAddress.getAllByName(host)) {
                if (!each.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException unknown) {
            throw new NotFoundException("host '" + host + "' is not known", "Name an address of this machine, for example 127.0.0.1.");
        }
    }

    private static Consumer<String> log(Invocation invocation, Optional<Path> file) {
        Consumer<String> standard = line -> {
            invocation.environment().err().println(line);
            invocation.environment().err().flush();
        };
        if (file.isEmpty()) {
            return standard;
        }
        append(file.get(), "");
        return line -> {
            try {
                append(file.get(), line + '\n');
            } catch (StorageFailedException full) {
                // Requests go on, and somebody may look here.
                standard.accept(line);
            }
        };
    }

    /** Opened for each line, so that the file can be moved away at any time. */
    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }
}
