package dev.neon.sync.ssh;

import dev.neon.repo.error.InvalidInputException;
import dev.neon.sync.wire.Connection;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a user has for SSH.
 *
 * @param client  which one to use
 * @param command the program with options of its own; empty for {@code ssh}
 * @param home    below it is {@code .ssh}
 * @param agent   the socket of the user's agent
 * @param prompt  asks the user; programs do that themselves
 * @param errors  gets what is said on the standard error of the other side; that of programs goes where this process's does
 * @param patience how long the other side need not answer, unless the user's configuration of the program says otherwise
 */
public record SshAccess(Client client, Optional<List<String>> command, Path home, Optional<Path> agent, Prompt prompt, OutputStream errors,
        Duration patience) {
    /** Of the times that the other side is asked, in vain, whether it is there. */
    static final int ASKED = 4;

    /** The clients there are. */
    public enum Client {
        /** The program that the user has named, else {@code ssh}, else the one in Java if there is no {@code ssh}. */
        AUTO,
        /** A program. */
        OPENSSH,
        /** JGit's, over Apache MINA, in this process. */
        MINA;

        /**
         * The one that a setting names.
         *
         * @throws InvalidInputException if there is none of that name
         */
        public static Client of(String word) {
            for (Client client : values()) {
                if (client.name().equalsIgnoreCase(word)) {
                    return client;
                }
            }
            throw new InvalidInputException("invalid value '" + word + "' of 'ssh.client'", "It is auto, openssh or mina.");
        }
    }

    /** Asks a user, who may not be there. */
    public interface Prompt {
        /** Of somebody whom nobody can ask. */
        Prompt NOBODY = (_, _) -> Optional.empty();

        /**
         * Asks for one line.
         *
         * @param question with all lines that go before, and without a newline at its end
         * @param isSecret whether nobody is to see what is typed
         * @return empty if nobody can be asked, or the user gives none
         */
        Optional<String> ask(String question, boolean isSecret);
    }

    /** How often the other side is asked. */
    Duration interval() {
        return Duration.ofSeconds(Math.max(1, patience.toSeconds() / ASKED));
    }

    /** Through a program, for somebody who answers nothing. */
    public static SshAccess program(List<String> command) {
        return new SshAccess(Client.OPENSSH, Optional.of(command), Path.of(""), Optional.empty(), Prompt.NOBODY, OutputStream.nullOutputStream(),
                Connection.PATIENCE);
    }
}
