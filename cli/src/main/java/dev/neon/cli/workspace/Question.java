package dev.neon.cli.workspace;

import dev.neon.cli.io.Environment;
import dev.neon.sync.ssh.SshAccess;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks the user at the terminal, one line at a time. */
record Question(Environment environment) implements SshAccess.Prompt {
    @Override
    public Optional<String> ask(String question, boolean isSecret) {
        environment.err().print(question);
        environment.err().flush();
        Console console = isSecret ? System.console() : null;
        if (console == null || !console.isTerminal()) {
            return line();
        }
        return Optional.ofNullable(console.readPassword()).map(String::new);
    }

    /** Byte by byte: what follows is for somebody else. */
    private Optional<String> line() {
        StringBuilder bytes = new StringBuilder();
        try {
            int next = environment.in().read();
            if (next < 0) {
                return Optional.empty();
            }
            for (; next >= 0 && next != '\n'; next = environment.in().read()) {
                bytes.append((char) next);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return Optional.of(new String(bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
}
