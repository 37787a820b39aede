package dev.neon.cli.framework;

import java.util.List;

/** What may stand for a value: one of a few fixed words, or something of a kind. */
public sealed interface Values {
    Values TEXT = new OfKind(ValueKind.TEXT);

    record OfKind(ValueKind kind) implements Values {}

    /** The words are the whole choice: anything else is a usage error. */
    record Choice(List<String> words) implements Values {}
}
