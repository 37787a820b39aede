package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.framework.ExitCode;
import dev.neon.sync.Remote;
import dev.neon.sync.transport.Transports;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through the user's ssh and an sshd of the test's own. */
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
        }, server.client(), server.neon().toString()).open("there", server.url(repository));
    }

    /** The commands, with a path that a shell would read otherwise. */
    @Test
    void commands() throws Exception {
        RemoteLab.copy(directory.resolve("a"), directory.resolve("it's $HOME !x"));
        String url = server.url(directory.resolve("it's $HOME !x"));
        CommandLine here = new CommandLine(directory).with("NEON_SSH_COMMAND", String.join(" ", server.client()));
        Result refused = here.run("clone", url, "b");
        assertEquals(ExitCode.TRANSFER_FAILED.number(), refused.code(), refused.err());
        server.installNeon();
        here.ok("clone", url, "b");
        CommandLine clone = new CommandLine(directory.resolve("b")).with("NEON_SSH_COMMAND", String.join(" ", server.client()));
        assertEquals("1,2", RemoteLab.rows(clone, "main"));
        clone.ok("push", "origin", "v1:refs/branches/over-ssh");
        CommandLine there = new CommandLine(directory.resolve("it's $HOME !x"));
        assertEquals("1", RemoteLab.rows(there, "over-ssh"));
        clone.ok("remote", "set-url", "origin", server.url(directory.resolve("none")));
        clone.fails(ExitCode.NOT_A_REPOSITORY, "fetch");
        List<String> port = List.of("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-F", "none");
        CommandLine lost = new CommandLine(directory.resolve("b")).with("NEON_SSH_COMMAND", String.join(" ", port));
        String message = lost.fails(ExitCode.TRANSFER_FAILED, "fetch");
        assertTrue(message.contains("'origin' broke off"), message);
        lost.with("NEON_SSH_COMMAND", "/no/such/ssh").fails(ExitCode.TRANSFER_FAILED, "fetch");
    }
}
