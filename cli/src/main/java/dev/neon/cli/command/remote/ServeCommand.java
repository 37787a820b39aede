package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.Options;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.RemoteAccess;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.NeonException;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.http.ServerSettings;
import dev.neon.sync.wire.WireServer;
import dev.neon.sync.wire.WireServer.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** {@code neon serve}. */
public final class ServeCommand extends Command {
    private static final int MOST_REQUESTS = 10_000;
    /** The other side may be at work on its own between two requests. */
    private static final Duration STDIO_IDLE = Duration.ofHours(1);

    private final Flag stdio = flag("--stdio").help("answer on the standard input and output, as SSH runs it");
    private final Option<HostAndPort> http = option("--http").label("host:port")
            .help("answer over HTTP there; port 0 is any that is free").as(HostAndPort::parse);
    private final Option<Path> root = option("--root").label("dir").completes(ValueKind.DIRECTORY)
            .help("the directory below which the repositories are").path();
    private final Flag readOnly = flag("--read-only").help("let nobody push");
    private final Flag anonymousRead = flag("--anonymous-read").help("let everybody clone and fetch, without a token");
    private final Option<Path> certificate = option("--tls-cert").label("file").completes(ValueKind.FILE)
            .help("the certificate, in PEM, with those that lead to a known one").path();
    private final Option<Path> key = option("--tls-key").label("file").completes(ValueKind.FILE)
            .help("its key, in PEM, PKCS #8 without a password").path();
    private final Flag insecure = flag("--insecure").help("without TLS also where other machines reach it");
    private final Option<Long> requestSize = option("--max-request-size").label("size")
            .help("refuse longer requests, as 10GB; no limit if left out").as(text -> RepositoryConfig.parseBytes("--max-request-size", text));
    private final Option<Duration> timeout = option("--timeout").label("duration")
            .help("close connections on which nothing moves for so long; 60s if left out, and 1h with --stdio").as(text -> duration("--timeout", text));
    private final Option<Integer> connections = option("--max-connections").label("number")
            .help("answer so many requests at a time; 64 if left out").integer(1, MOST_REQUESTS);
    private final Option<Path> accessLog = option("--access-log").label("file").completes(ValueKind.FILE)
            .help("append a line for each request to a file; else to the standard error").path();
    private final Flag write = flag("--write").help("with token create, for pushing too");
    private final Option<String> expires = option("--expires").label("duration").help("with token create, how long it is good, as 30d").text();
    private final Options<String> only = option("--only").label("repository").help("with token create, not for all repositories but this one").texts();
    private final Parameters<String> words = parameter("word").completes(ValueKind.DIRECTORY)
            .help("with --stdio the repository; else token create [<name>], token list or token revoke <name>").many();

    @Override
    public Description description() {
        return Description.of("Let others clone, fetch and push")
                .usage("--stdio [--read-only] [--timeout <duration>] <directory>")
                .usage("--http <host:port> --root <dir> [--tls-cert <file> --tls-key <file>] [--anonymous-read] [--read-only] [<option>...]")
                .usage("token create --root <dir> [--write] [--expires <duration>] [--only <repository>]... [<name>]")
                .usage("token list --root <dir>")
                .usage("token revoke --root <dir> <name>")
                .text("""
                        With --stdio, answers one other neon on the standard input and output: what 'neon clone ssh://host/path' runs on the other
                        machine. Who may log in there may do so; nothing has to run before.

                        With --http, serves all repositories below a directory, over HTTP/1.1 and HTTP/2, until it is told to end:
                        http://host:port/team/shop is team/shop, team/shop/.neon or team/shop.neon there. Requests that run are finished
                        first. Other machines reach it only with TLS, or with --insecure.

                        Pushing needs a token, and so does reading without --anonymous-read. 'token create' prints a new one, once; the server keeps
                        a hash of it. Others give it as NEON_TOKEN, as remote.<name>.token of their configuration, or in ~/.config/neon/credentials.
                        """)
                .example("neon serve --stdio /srv/shop.neon", "Answers on the standard input and output.")
                .example("neon serve token create --root /srv --write --expires 30d ci", "Makes a token to push with.")
                .example("neon serve --http 0.0.0.0:8443 --root /srv --tls-cert cert.pem --tls-key key.pem", "Serves what is below /srv.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.ALREADY_EXISTS, ExitCode.BUSY, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW, ExitCode.INVALID_INPUT,
                        ExitCode.TRANSFER_FAILED);
    }

    private static Duration duration(String option, String text) {
        Duration duration = RepositoryConfig.parseDuration(option, text);
        if (duration.isZero()) {
            throw new UsageException("'" + option + "' is to be longer than nothing");
        }
        return duration;
    }

    @Override
    protected ExitCode run(Invocation invocation) throws IOException, InterruptedException {
        List<String> given = words.get();
        if (stdio.isSet()) {
            if (given.size() != 1 || http.isPresent()) {
                throw new UsageException("'--stdio' needs a repository, and is not for '--http'");
            }
            return stdio(invocation, given.getFirst());
        }
        if (!root.isPresent() || http.isPresent() != given.isEmpty()) {
            throw new UsageException("'neon serve' needs '--stdio', or '--root' with '--http' or a word on tokens",
                    "Run 'neon help serve' to read about it.");
        }
        Path directory = invocation.resolve(root.get().get());
        if (http.isPresent()) {
            return HttpService.run(invocation, settings(invocation, directory), insecure.isSet(), accessLog.get().map(invocation::resolve));
        }
        return new ServeTokens(invocation, directory).run(given, write.isSet(), expires.get(), only.get());
    }

    private ExitCode stdio(Invocation invocation, String directory) throws IOException, InterruptedException {
        Path place = invocation.resolve(Path.of(directory));
        RepositoryEndpoint opened;
        try {
            opened = RemoteAccess.endpoint(invocation, place.toString(), place);
        } catch (NeonException none) {
            // The other side tells its user, to whom SSH would bring what is said here as well.
            WireServer.refuse(invocation.environment().out(), none);
            return ExitCode.of(none);
        }
        try (RepositoryEndpoint endpoint = opened) {
            StdioService.run(invocation, new WireServer(endpoint, allowed()), timeout.orElse(STDIO_IDLE));
        }
        return ExitCode.OK;
    }

    private Set<Verb> allowed() {
        return readOnly.isSet() ? Verb.READING : EnumSet.allOf(Verb.class);
    }

    private ServerSettings settings(Invocation invocation, Path directory) {
        if (certificate.isPresent() != key.isPresent()) {
            throw new UsageException("'--tls-cert' and '--tls-key' need each other");
        }
        HostAndPort place = http.get().orElseThrow();
        return new ServerSettings(place.host(), place.port(), directory,
                certificate.get().map(file -> new ServerSettings.Tls(invocation.resolve(file), invocation.resolve(key.get().orElseThrow()))),
                allowed(), anonymousRead.isSet() ? Verb.READING : Set.of(),
                requestSize.get().map(OptionalLong::of).orElse(OptionalLong.empty()), timeout.orElse(ServerSettings.DEFAULT_IDLE),
                connections.orElse(ServerSettings.DEFAULT_REQUESTS), ServerSettings.DEFAULT_GRACE);
    }

    /** Where to listen: {@code 127.0.0.1:8080}, {@code [::1]:8080}, {@code localhost:0}. */
    record HostAndPort(String host, int port) {
        static HostAndPort parse(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon <= 0 ? "" : text.substring(0, colon).replaceFirst("^\\[(.*)]$", "$1");
            Optional<Integer> port = text.substring(colon + 1).matches("\\d{1,5}")
                    ? Optional.of(Integer.parseInt(text.substring(colon + 1))).filter(number -> number <= 65535) : Optional.empty();
            if (host.isEmpty() || port.isEmpty() || host.indexOf(':') >= 0 && !text.startsWith("[")) {
                throw new UsageException("'" + text + "' is not a value of '--http'", "It is as 127.0.0.1:8080 or [::1]:8080.");
            }
            return new HostAndPort(host, port.get());
        }
    }
}
