package dev.neon.cli.command;

import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionBuilder;
import dev.neon.snapshot.RedoEngine;

/** {@code --redo}, wherever a data directory may be made. */
final class RedoOption {
    private RedoOption() {}

    static Option<RedoEngine> of(OptionBuilder option) {
        return option.label("engine").help("who replays WAL into a new data directory; neon if left out,"
                + " and postgres where WAL has records that neon does not know").of(RedoEngine.class);
    }
}
