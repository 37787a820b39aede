package dev.neon.sync.ssh;

import dev.neon.repo.error.TransferFailedException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.Property;
import org.apache.sshd.core.CoreModuleProperties;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.eclipse.jgit.transport.sshd.SshdSession;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.agent.ConnectorFactory;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/**
 * JGit's client over Apache MINA, with the user's own configuration, keys, agent and known hosts. Nothing else refers to its
 * classes, so they are loaded only where it is used.
 */
final class MinaClient extends SshdSessionFactory {
    private static final String SYSTEM_PROPERTIES = "org.apache.sshd.config.";
    /** The most, however patient somebody is: who does not take a connection will not. */
    private static final Duration CONNECT = Duration.ofSeconds(60);
    private static final Path GLOBAL_HOSTS = Path.of("/etc/ssh/ssh_known_hosts");

    private final SshAccess access;
    private @Nullable HostKeys hostKeys;

    private MinaClient(SshAccess access) {
        super(null, null);
        this.access = access;
        setHomeDirectory(access.home().toFile());
        setSshDirectory(access.home().resolve(".ssh").toFile());
    }

    /** As {@link SshProcess#start}. */
    static SshProcess start(SshAccess access, String target, Optional<Integer> port, String command) {
        JdkKeys.register();
        watch(access);
        MinaClient client = new MinaClient(access);
        try {
            SshdSession session = client.getSession(address(target, port), client.questions(), FS.DETECTED,
                    (int) Math.min(CONNECT.toMillis(), access.patience().toMillis()));
            try {
                Process process = session.exec(command, 0);
                copy(process.getErrorStream(), access.errors());
                return new SshProcess(process, () -> {
                    session.disconnect();
                    client.close();
                });
            } catch (IOException failure) {
                session.disconnect();
                throw failure;
            }
        } catch (IOException failure) {
            client.close();
            throw client.failed(target, failure);
        }
    }

    /** JGit gives no other way to its client's settings; what the JVM's user has set stays. */
    private static void watch(SshAccess access) {
        for (Map.Entry<Property<?>, Long> each : Map.<Property<?>, Long>of(CoreModuleProperties.HEARTBEAT_INTERVAL, access.interval().toMillis(),
                CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX, (long) SshAccess.ASKED,
                // The other side may sync what it has before it takes more.
                CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT, access.patience().toMillis()).entrySet()) {
            String name = SYSTEM_PROPERTIES + each.getKey().getName();
            if (System.getProperty(name) == null) {
                System.setProperty(name, each.getValue().toString());
            }
        }
    }

    private static URIish address(String target, Optional<Integer> port) {
        int at = target.lastIndexOf('@');
        URIish address = new URIish().setScheme("ssh").setHost(target.substring(at + 1));
        return (at < 0 ? address : address.setUser(target.substring(0, at))).setPort(port.orElse(-1));
    }

    private @Nullable CredentialsProvider questions() {
        return access.prompt() == SshAccess.Prompt.NOBODY ? null : new MinaQuestions(access.prompt());
    }

    private TransferFailedException failed(String target, IOException failure) {
        Optional<HostKeys.Refusal> refusal = Optional.ofNullable(hostKeys).flatMap(HostKeys::refusal);
        if (refusal.isPresent()) {
            return new TransferFailedException(refusal.get().message(), refusal.get().hint(), failure);
        }
        Throwable cause = failure instanceof TransportException && failure.getCause() != null ? failure.getCause() : failure;
        String why = Optional.ofNullable(cause.getMessage()).orElse(cause.toString()).strip().replaceAll("\\s*\\R\\s*", "; ");
        return new TransferFailedException("unable to log in at '" + target + "': " + why.replaceAll("\\p{Cntrl}", "."),
                "The client in Java reads ~/.ssh/config, ~/.ssh/known_hosts, the keys in ~/.ssh and the agent at SSH_AUTH_SOCK.", failure);
    }

    private static void copy(InputStream from, OutputStream to) {
        Thread.ofVirtual().start(() -> {
            try (from) {
                byte[] some = new byte[1 << 12];
                for (int count = from.read(some); count >= 0; count = from.read(some)) {
                    to.write(some, 0, count);
                    to.flush();
                }
            } catch (IOException ended) {
                // So is the connection.
            }
        });
    }

    @Override
    protected List<Path> getDefaultKnownHostsFiles(File sshDirectory) {
        List<Path> files = new ArrayList<>(super.getDefaultKnownHostsFiles(sshDirectory));
        files.add(GLOBAL_HOSTS);
        return files;
    }

    @Override
    protected ServerKeyDatabase createServerKeyDatabase(File homeDirectory, File sshDirectory) {
        HostKeys keys = new HostKeys(super.createServerKeyDatabase(homeDirectory, sshDirectory), access.prompt());
        hostKeys = keys;
        return keys;
    }

    @Override
    protected ConnectorFactory getConnectorFactory() {
        return new AgentConnectors(access.agent());
    }
}
