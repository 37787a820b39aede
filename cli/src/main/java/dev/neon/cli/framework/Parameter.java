package dev.neon.cli.framework;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A parameter that must be given. */
public final class Parameter<T> implements Bound {
    private final Function<String, T> conversion;
    private Optional<T> value = Optional.empty();

    Parameter(Function<String, T> conversion) {
        this.conversion = conversion;
    }

    public T get() {
        return value.orElseThrow(() -> new IllegalStateException("a parameter has no value before the command runs"));
    }

    @Override
    public void take(List<String> words) {
        value = Optional.of(conversion.apply(words.getFirst()));
    }
}
