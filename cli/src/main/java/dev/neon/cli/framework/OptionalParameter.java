package dev.neon.cli.framework;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A parameter that may be left out. */
public final class OptionalParameter<T> implements Bound {
    private final Function<String, T> conversion;
    private Optional<T> value = Optional.empty();

    OptionalParameter(Function<String, T> conversion) {
        this.conversion = conversion;
    }

    public Optional<T> get() {
        return value;
    }

    /** The value, or another if the parameter was left out. */
    public T orElse(T other) {
        return value.orElse(other);
    }

    public boolean isPresent() {
        return value.isPresent();
    }

    @Override
    public void take(List<String> words) {
        value = words.stream().findFirst().map(conversion);
    }
}
