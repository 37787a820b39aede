package dev.neon.cli.command.remote;

import dev.neon.sync.ssh.SshAccess;
import dev.neon.sync.wire.Connection;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** Through the client in Java, with a home of the test's own. */
@Tag("nightly")
class MinaTransportTest extends SshTransportTest {
    @Override
    SshAccess access(SshServer there) {
        try {
            Path home = there.directory().resolve("home");
            return new SshAccess(SshAccess.Client.MINA, Optional.empty(), Files.exists(home) ? home : there.home("home"), Optional.empty(),
                    SshAccess.Prompt.NOBODY, OutputStream.nullOutputStream(), Connection.PATIENCE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
