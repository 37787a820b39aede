package dev.neon.cli.framework;

import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Pager;
import dev.neon.repo.progress.Progress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One call of a command: what it may know and where it speaks.
 *
 * @param repo    the directory named by {@code --repo}, else by the variable NEON_DIR, absolute
 * @param noPager whether {@code --no-pager} was given
 */
public record Invocation(CommandTree tree, Environment environment, Output output, Optional<Path> repo,
                         boolean noPager) {
    /** The setting of a repository that names the pager. */
    public static final String PAGER_KEY = "core.pager";

    /**
     * Prints what may be long, through a pager where the user has one.
     *
     * @param configured the value of {@link #PAGER_KEY}
     */
    public void paged(Optional<String> configured, Consumer<Output> print) {
        Optional<Pager> pager = noPager ? Optional.empty() : Pager.of(environment, configured);
        if (pager.isEmpty()) {
            print.accept(output);
            return;
        }
        try (Pager screen = pager.get()) {
            print.accept(output.through(screen));
        }
    }

    /** A path that the user typed, made absolute. */
    public Path resolve(Path typed) {
        return environment.directory().resolve(typed).normalize();
    }

    /** Where library code reports long work. */
    public Progress progress() {
        return output.progress();
    }
}
