package dev.neon.cli.framework;

import java.util.List;
import java.util.function.Function;

/** An option that may be given several times, with a value each. */
public final class Options<T> implements Bound {
    private final Function<String, T> conversion;
    private List<T> values = List.of();

    Options(Function<String, T> conversion) {
        this.conversion = conversion;
    }

    /** The values in the order in which they were given. */
    public List<T> get() {
        return values;
    }

    @Override
    public void take(List<String> words) {
        values = words.stream().map(conversion).toList();
    }
}
