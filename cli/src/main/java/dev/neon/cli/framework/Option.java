package dev.neon.cli.framework;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** An option with a value. Given twice, it is a usage error. */
public final class Option<T> implements Bound {
    private final Function<String, T> conversion;
    private Optional<T> value = Optional.empty();

    Option(Function<String, T> conversion) {
        this.conversion = conversion;
    }

    /** The value, absent if the option was not given. */
    public Optional<T> get() {
        return value;
    }

    /** The value, or another if the option was not given. */
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
