package dev.neon.cli.framework;

import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Output;
import dev.neon.repo.progress.Progress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One call of a command: what it may know and where it speaks.
 *
 * @param repo the directory named by {@code --repo}, else by the variable NEON_DIR, absolute
 */
public record Invocation(CommandTree tree, Environment environment, Output output, Optional<Path> repo) {
    /** A path that the user typed, made absolute. */
    public Path resolve(Path typed) {
        return environment.directory().resolve(typed).normalize();
    }

    /** Where library code reports long work. */
    public Progress progress() {
        return output.progress();
    }
}
