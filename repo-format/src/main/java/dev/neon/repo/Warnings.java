package dev.neon.repo;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where the library tells what went well enough, but wants the user's attention. It never prints: the command line does.
 * The same text is told once. Safe for use by several threads.
 */
public final class Warnings {
    private final Consumer<String> told;
    private final Set<String> earlier = new HashSet<>();

    /** @param told gets each text: lower case, no full stop, what to do about it after a semicolon */
    public Warnings(Consumer<String> told) {
        this.told = told;
    }

    /** Tells nobody. */
    public static Warnings none() {
        return new Warnings(text -> { });
    }

    /** Tells. */
    public synchronized void tell(String text) {
        if (earlier.add(text)) {
            told.accept(text);
        }
    }
}
