package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.sync.Remote;
import dev.neon.sync.ssh.SshAccess;
import dev.neon.sync.transport.Transports;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Through the user's ssh and an sshd of the test's own. Each connection starts a process of neon. */
@Tag("nightly")
class SshTransportTest extends TransportContract {
    @TempDir
    static Path host;

    private static SshServer server;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(SshServer.isInstalled(), "no sshd: install openssh-server, and ssh, for the tests of SSH");
        server = SshServer.start(host);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    Remote open(Path repository) {
        return new Transports(directory, (_, _) -> {
            throw new AssertionError("not a path");
        }, access(server), server.neon().toString()).open("there", server.url(repository));
    }

    /** What the user has. */
    SshAccess access(SshServer there) {
        return SshAccess.program(there.client());
    }
}
