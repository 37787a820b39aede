package dev.neon.cli.io;

import dev.neon.repo.error.NeonException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Does the same for several things, as git does: one that fails keeps no other from it. */
public final class Each {
    private Each() {}

    /** The last failure is thrown, the others are told as warnings. */
    public static <T> void of(List<T> things, Output output, Consumer<T> action) {
        Optional<NeonException> failure = Optional.empty();
        for (T thing : things) {
            try {
                action.accept(thing);
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
