package dev.neon.cli.workspace;

import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Environment;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.RepositoryContext;
import dev.neon.repo.config.ConfigValues;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotARepositoryException;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Remote;
import dev.neon.sync.Remotes;
import dev.neon.sync.RepositoryEndpoint;
import dev.neon.sync.ssh.SshAccess;
import dev.neon.sync.transport.HttpAccess;
import dev.neon.sync.transport.Transports;
import dev.neon.sync.wire.Connection;
import dev.neon.sync.wire.ServerInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Opens other repositories: remotes by name, or addresses. */
public final class RemoteAccess {
    private static final String TIMEOUT_KEY = "transfer.timeout";

    private RemoteAccess() {}

    /**
     * Opens what a user has named: a remote, else an address.
     *
     * @param isForPush whether to go where pushes go
     */
    public static Remote open(Invocation invocation, Workspace workspace, String named, boolean isForPush) {
        return open(invocation, workspace.repository(), named, isForPush);
    }

    static Remote open(Invocation invocation, Repository repository, String named, boolean isForPush) {
        Optional<Remotes.Configured> remote = new Remotes(repository.config()).find(named);
        String url = remote.map(found -> isForPush ? found.pushUrl().orElse(found.url()) : found.url()).orElse(named);
        if (remote.isEmpty() && !looksLikeAddress(invocation, named)) {
            new Remotes(repository.config()).require(named);
        }
        // A relative path in the configuration begins at the repository, as in git; a typed one where the user is.
        Path from = remote.isPresent() ? repository.directory().toAbsolutePath().getParent()
                : invocation.environment().directory();
        return transports(invocation, from, Optional.of(repository.config())).open(named, url);
    }

    /**
     * Opens an address, where there is no repository yet.
     *
     * @param settings that its configuration is to have
     */
    public static Remote open(Invocation invocation, String url, ConfigValues settings) {
        return transports(invocation, invocation.environment().directory(), Optional.of(settings)).open(url, url);
    }

    private static boolean looksLikeAddress(Invocation invocation, String named) {
        return named.indexOf('/') >= 0 || named.indexOf(':') >= 0 || Files.exists(invocation.resolve(Path.of(named)));
    }

    private static Transports transports(Invocation invocation, Path from, Optional<? extends ConfigValues> config) {
        String neon = config.flatMap(values -> values.get("core.remoteNeon")).orElse("neon");
        Optional<Path> trusted = invocation.environment().variable("NEON_SSL_CAINFO")
                .or(() -> config.flatMap(values -> values.get("http.sslCAInfo"))).map(from::resolve);
        HttpAccess http = new HttpAccess(new Credentials(invocation.environment(), config), trusted,
                config.flatMap(values -> values.get("http.version")), patience(config));
        return new Transports(from, (name, path) -> endpoint(invocation, name, path), ssh(invocation.environment(), config), neon, http);
    }

    /** How long nothing need come from the other side. */
    private static Duration patience(Optional<? extends ConfigValues> config) {
        int seconds = config.map(values -> values.getInt(TIMEOUT_KEY, (int) Connection.PATIENCE.toSeconds()))
                .orElse((int) Connection.PATIENCE.toSeconds());
        if (seconds < 1) {
            throw new InvalidInputException("invalid value '" + seconds + "' of '" + TIMEOUT_KEY + "'", "It is a number of seconds, from 1 on.");
        }
        return Duration.ofSeconds(seconds);
    }

    private static SshAccess ssh(Environment environment, Optional<? extends ConfigValues> config) {
        Optional<List<String>> command = environment.variable("NEON_SSH_COMMAND").or(() -> config.flatMap(values -> values.get("core.sshCommand")))
                .map(text -> List.of(text.strip().split("\\s+")));
        SshAccess.Client client = environment.variable("NEON_SSH_CLIENT").or(() -> config.flatMap(values -> values.get("ssh.client")))
                .map(SshAccess.Client::of).orElse(SshAccess.Client.AUTO);
        boolean canAsk = environment.terminals().in() && environment.terminals().err();
        return new SshAccess(client, command, environment.home(), environment.variable("SSH_AUTH_SOCK").map(environment.directory()::resolve),
                canAsk ? new Question(environment) : SshAccess.Prompt.NOBODY, environment.err(),
                patience(config));
    }

    /** A repository on this machine: its directory, the one around it, or that with the ending {@code .neon}. */
    public static RepositoryEndpoint endpoint(Invocation invocation, String name, Path path) {
        for (Path place : List.of(path.resolve(Repository.DIRECTORY_NAME), path, path.resolveSibling(path.getFileName() + ".neon"))) {
            if (Files.isDirectory(place.resolve("timelines"))) {
                return endpoint(invocation, name, Repository.open(place, Workspaces.context(invocation)));
            }
        }
        throw new NotARepositoryException(Files.isRegularFile(path) ? "'" + path + "' is no bundle, or only the beginning of one"
                : "'" + path + "' is not a neon repository", "Check the path.");
    }

    /** One of the repositories that a server has, by its directory. Nobody watches how far work on it is. */
    public static RepositoryEndpoint served(Invocation invocation, String name, Path place) {
        RepositoryContext context = Workspaces.context(invocation);
        return endpoint(invocation, name, Repository.open(place, new RepositoryContext(context.steps(), context.clock(), context.who(),
                context.process(), Progress.NONE, context.warnings())));
    }

    private static RepositoryEndpoint endpoint(Invocation invocation, String name, Repository repository) {
        Instances instances = new Instances(repository, Workspaces.postgres(invocation, Optional.empty()));
        return new RepositoryEndpoint(name, repository, timeline -> instances.find(timeline).isPresent(), endpoint -> {
            if (ServerInfo.isWanted(repository)) {
                ServerInfo.of(endpoint).write(repository);
            }
        });
    }
}
