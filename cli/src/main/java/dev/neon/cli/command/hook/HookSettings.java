package dev.neon.cli.command.hook;

import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import java.util.Locale;

/**
 * How the database follows.
 *
 * @param mode      {@code hook.mode}
 * @param isRestart {@code hook.restart}: whether a running server comes along
 */
record HookSettings(Mode mode, boolean isRestart) {
    /** Where HEAD is put. */
    enum Mode {
        /** On the branch itself. */
        SWITCH,
        /** On a temporary timeline of the branch. */
        CHECKOUT
    }

    static HookSettings of(RepositoryConfig config) {
        String mode = config.get("hook.mode").orElse("switch");
        return new HookSettings(switch (mode.toLowerCase(Locale.ROOT)) {
            case "switch" -> Mode.SWITCH;
            case "checkout" -> Mode.CHECKOUT;
            default -> throw new InvalidInputException("hook.mode is '" + mode + "'",
                    "It is switch or checkout: 'neon config set hook.mode switch'.");
        }, config.getBoolean("hook.restart", true));
    }

    /** {@code switch}, {@code checkout}. */
    String modeName() {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
