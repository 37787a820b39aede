package dev.neon.cli.command.hook;

import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.StorageFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * git's {@code post-checkout} hook. What need not start neon is decided in the script. It never fails, since its status becomes
 * git's.
 */
final class HookFile {
    private static final String NAME = "post-checkout";
    private static final String CALL = "hook " + NAME;
    private static final String MARK = "# neon: the database follows git's branch. Made by 'neon hook install', removed by 'neon hook uninstall'.";
    private static final String SCRIPT = """
            #!/bin/sh
            %s
            # Its exit status would become git's, so it is 0 whatever happens.
            [ "$3" = 1 ] || exit 0 # files are checked out, not a branch
            repository=%s
            if [ ! -d "$repository" ]; then
                # Linked work trees and those that share their hooks with others need not have one.
                [ "$0" = .git/hooks/post-checkout ] &&
                    echo "neon: there is no '$repository' here; 'neon hook uninstall' removes this hook" >&2
                exit 0
            fi
            neon=%s
            [ -x "$neon" ] || neon=$(command -v neon) || {
                echo "neon: not found, so the database stays where it is; install neon again and run 'neon hook install'" >&2
                exit 0
            }
            "$neon" --repo "$repository" hook post-checkout "$@"
            exit 0
            """;

    private final Path file;

    HookFile(WorkTree tree) {
        file = tree.hooks().resolve(NAME);
    }

    /** Whose hook there is. */
    enum State {
        /** None. */
        MISSING,
        /** The one that is made here. */
        OURS,
        /** Another one that calls neon. */
        CALLS_NEON,
        /** Another one. */
        OTHER
    }

    Path path() {
        return file;
    }

    State state() {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return State.MISSING;
        }
        try {
            // A hook may be a program in binary.
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return text.contains(MARK) ? State.OURS : text.contains(CALL) ? State.CALLS_NEON : State.OTHER;
        } catch (IOException unreadable) {
            return State.OTHER;
        }
    }

    /**
     * Writes it, in place of an older one of ours.
     *
     * @param repository as git's work tree sees it: absolute, or relative to the top
     * @param launcher   the program; empty for the one on the PATH
     * @throws ConflictException if there is another hook
     */
    void write(Path repository, Optional<Path> launcher) {
        State state = state();
        if (state == State.OTHER || state == State.CALLS_NEON) {
            throw new ConflictException("there is another hook: '" + file + "'" + (state == State.CALLS_NEON ? ", which calls neon" : ""),
                    state == State.CALLS_NEON ? "There is nothing to do, if it passes git's arguments on to 'neon " + CALL + "'."
                            : "It is left as it is. Add the line `" + launcher.map(path -> quoted(path.toString())).orElse("neon") + ' '
                                    + CALL + " \"$@\" || :` to it.");
        }
        try {
            Files.createDirectories(file.getParent());
            Path written = Files.createTempFile(file.getParent(), NAME, ".tmp");
            try {
                Files.writeString(written, SCRIPT.formatted(MARK, quoted(repository.toString()),
                        quoted(launcher.map(Path::toString).orElse(""))));
                Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(written);
            }
        } catch (IOException failure) {
            throw new StorageFailedException("write", file, failure);
        }
    }

    /**
     * Removes ours.
     *
     * @return false if there is none
     * @throws ConflictException if another hook calls neon
     */
    boolean remove() {
        State state = state();
        if (state == State.CALLS_NEON) {
            throw new ConflictException("'" + file + "' is not made by neon",
                    "Remove the line that calls 'neon " + CALL + "' from it.");
        }
        if (state != State.OURS) {
            return false;
        }
        try {
            Files.delete(file);
        } catch (IOException failure) {
            throw new StorageFailedException("delete", file, failure);
        }
        return true;
    }

    /** As one word of the shell. */
    private static String quoted(String text) {
        return '\'' + text.replace("'", "'\\''") + '\'';
    }
}
