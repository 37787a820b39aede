package dev.neon.sync.ssh;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.transport.sshd.agent.AbstractConnector;
import org.eclipse.jgit.transport.sshd.agent.Connector;
import org.eclipse.jgit.transport.sshd.agent.ConnectorFactory;
import org.jspecify.annotations.Nullable;

/** The user's agent, at a Unix-domain socket. JGit has this in a module that brings JNA, which the JDK can do without. */
final class AgentConnectors implements ConnectorFactory {
    private static final String NAME = "unix";
    private static final String VARIABLE = "SSH_AUTH_SOCK";

    private final Optional<Path> usual;

    /** @param usual where the agent is if the configuration names none */
    AgentConnectors(Optional<Path> usual) {
        this.usual = usual;
    }

    private record Descriptor() implements ConnectorDescriptor {
        @Override
        public String getIdentityAgent() {
            return VARIABLE;
        }

        @Override
        public String getDisplayName() {
            return "agent at a socket";
        }
    }

    /** @param identityAgent what the configuration says: a path, the name of the variable, or nothing */
    @Override
    public @Nullable Connector create(@Nullable String identityAgent, File homeDirectory) {
        boolean isUsual = identityAgent == null || identityAgent.isEmpty() || identityAgent.equals(VARIABLE);
        Optional<Path> socket = isUsual ? usual : Optional.of(homeDirectory.toPath().resolve(identityAgent));
        return socket.filter(Files::exists).map(AgentConnector::new).orElse(null);
    }

    @Override
    public boolean isSupported() {
        return true;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public Collection<ConnectorDescriptor> getSupportedConnectors() {
        return List.of(new Descriptor());
    }

    @Override
    public ConnectorDescriptor getDefaultConnector() {
        return new Descriptor();
    }

    /** One conversation: a request of a length (u32, big-endian), a command and its text, and an answer in the same form. */
    private static final class AgentConnector extends AbstractConnector {
        private final Path socket;
        private @Nullable SocketChannel channel;

        AgentConnector(Path socket) {
            this.socket = socket;
        }

        @Override
        public boolean connect() {
            if (channel == null) {
                try {
                    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                } catch (IOException gone) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public byte[] rpc(byte command, byte[] message) throws IOException {
            SocketChannel agent = channel;
            if (agent == null) {
                throw new IOException("there is no agent at '" + socket + "'");
            }
            prepareMessage(command, message);
            ByteBuffer request = ByteBuffer.wrap(message);
            while (request.hasRemaining()) {
                agent.write(request);
            }
            return read(agent, toLength(command, read(agent, Integer.BYTES)));
        }

        private byte[] read(SocketChannel agent, int count) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(count);
            while (bytes.hasRemaining()) {
                if (agent.read(bytes) < 0) {
                    throw new EOFException("the agent at '" + socket + "' has closed the connection");
                }
            }
            return bytes.array();
        }

        @Override
        public void close() throws IOException {
            SocketChannel agent = channel;
            channel = null;
            if (agent != null) {
                agent.close();
            }
        }
    }
}
