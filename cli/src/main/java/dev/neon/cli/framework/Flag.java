package dev.neon.cli.framework;

import java.util.List;

/** An option without a value. */
public final class Flag implements Bound {
    private boolean set;

    Flag() {}

    public boolean isSet() {
        return set;
    }

    @Override
    public void take(List<String> words) {
        set = !words.isEmpty();
    }
}
