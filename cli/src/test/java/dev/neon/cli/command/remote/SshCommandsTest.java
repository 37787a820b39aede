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
import java.util.function.UnaryOperator;
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
            String program = String.join(" ", server.client());
            commands(server, user -> user.with("NEON_SSH_COMMAND", program));
            CommandLine lost = new CommandLine(directory.resolve("b"))
                    .with("NEON_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=5 -F none");
            String message = lost.fails(ExitCode.TRANSFER_FAILED, "fetch");
            assertTrue(message.contains("'origin' broke off"), message);
            lost.with("NEON_SSH_COMMAND", "/no/such/ssh").fails(ExitCode.TRANSFER_FAILED, "fetch");
        }
    }

    /** The same without any program. */
    @Test
    void commandsInJava() throws Exception {
        assumeTrue(SshServer.isInstalled(), "no sshd: install openssh-server, and ssh, for the tests of SSH");
        try (RemoteLab lab = new RemoteLab(directory); SshServer server = SshServer.start(host)) {
            lab.origin("a");
            Path home = server.home("home");
            commands(server, user -> user.at(home).with("NEON_SSH_CLIENT", "mina"));
            CommandLine clone = new CommandLine(directory.resolve("b"));
            clone.ok("config", "set", "ssh.client", "mina");
            String message = clone.fails(ExitCode.TRANSFER_FAILED, "fetch");
            assertTrue(message.contains("the key of host '[127.0.0.1]:" + server.port() + "' is not known: it shows the ED25519 key SHA256:"), message);
            assertEquals(ExitCode.NOT_A_REPOSITORY.number(), clone.at(home).run("fetch").code());
            clone.ok("config", "set", "ssh.client", "none");
            clone.fails(ExitCode.INVALID_INPUT, "fetch");
        }
    }

    private void commands(SshServer server, UnaryOperator<CommandLine> user) throws Exception {
        RemoteLab.copy(directory.resolve("a"), directory.resolve("it's $HOME !x"));
        String url = server.url(directory.resolve("it's $HOME !x"));
        CommandLine here = user.apply(new CommandLine(directory));
        Result refused = here.run("clone", url, "b");
        assertEquals(ExitCode.TRANSFER_FAILED.number(), refused.code(), refused.err());
        server.installNeon();
        here.ok("clone", url, "b");
        CommandLine clone = user.apply(new CommandLine(directory.resolve("b")));
        assertEquals("1,2", RemoteLab.rows(clone, "main"));
        clone.ok("push", "origin", "v1:refs/branches/over-ssh");
        CommandLine there = new CommandLine(directory.resolve("it's $HOME !x"));
        assertEquals("1", RemoteLab.rows(there, "over-ssh"));
        clone.ok("remote", "set-url", "origin", server.url(directory.resolve("none")));
        Result none = clone.run("fetch");
        assertEquals(ExitCode.NOT_A_REPOSITORY.number(), none.code(), none.err());
        assertTrue(none.err().contains("error: the other side refuses: '" + directory.resolve("none") + "' is not a neon repository\n"), none.err());
        // Once: not by the other side's standard error as well.
        assertEquals(none.err().indexOf("is not a neon repository"), none.err().lastIndexOf("is not a neon repository"), none.err());
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
