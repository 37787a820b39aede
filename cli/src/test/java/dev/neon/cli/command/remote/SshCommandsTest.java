package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.neon.cli.CommandLine;
import dev.neon.cli.TestNeon;
import dev.neon.cli.TestNeon.Result;
import dev.neon.cli.command.Commands;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.io.Terminals;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands over SSH, and what they start on the other side. */
class SshCommandsTest {
    @TempDir
    Path directory;

    @TempDir
    Path host;

    /** With a path that a shell would read otherwise. */
    @Test
    void commands() throws Exception {
        assumeTrue(SshServer.isInstalled(), "no sshd: install openssh-server, and ssh, for the tests of SSH");
        try (RemoteLab lab = new RemoteLab(directory); SshServer server = SshServer.start(host)) {
            lab.origin("a");
            commands(server);
        }
    }

    private void commands(SshServer server) throws Exception {
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

    /** Who is left amid a request says that, and not that a file system failed. */
    @Test
    void servingOneThatBreaksOff() {
        try (RemoteLab lab = new RemoteLab(directory)) {
            lab.origin("a");
            for (String typed : List.of("0010neon 1 refs\n", "00", "0010neon 1 refs\n0000")) {
                Result result = new TestNeon(Commands.tree(), directory).with(Terminals.NONE, typed).run("serve", "--stdio", "a");
                assertEquals(ExitCode.TRANSFER_FAILED.number(), result.code(), result.err());
                assertTrue(result.err().startsWith("error: the other side broke off: the connection ended\n"), result.err());
            }
            Result garbage = new TestNeon(Commands.tree(), directory).with(Terminals.NONE, "SSH-2.0").run("serve", "--stdio", "a");
            assertEquals(0, garbage.code(), garbage.err());
            assertTrue(garbage.out().contains("invalid\na packet begins with 'SSH-'"), garbage.out());
        }
    }
}
