package dev.neon.cli.command;

import dev.neon.cli.io.Output;
import dev.neon.repo.error.NeonException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Does the same for several names, as git does: one that fails keeps no other from it. */
final class EachName {
    private EachName() {}

    /** The last failure is thrown, the others are told as warnings. */
    static void of(List<String> names, Output output, Consumer<String> action) {
        Optional<NeonException> failure = Optional.empty();
        for (String name : names) {
            try {
                action.accept(name);
            } catch (NeonException failed) {
                failure.ifPresent(earlier -> output.warning(String.valueOf(earlier.getMessage())));
                failure = Optional.of(failed);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }
}
