package dev.neon.cli.framework;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What options and parameters say about their values before they become a typed field.
 *
 * @param <B> the builder itself
 */
public abstract sealed class ValueBuilder<B extends ValueBuilder<B>> permits OptionBuilder, ParameterBuilder {
    String help = "";
    Values values = Values.TEXT;

    ValueBuilder() {}

    abstract B self();

    /** What it does or names: lower case beginning, no full stop. */
    public final B help(String text) {
        help = text;
        return self();
    }

    /** What completion offers. */
    public final B completes(ValueKind kind) {
        values = new Values.OfKind(kind);
        return self();
    }

    /** Allows these words only. */
    public final B choice(String... words) {
        values = new Values.Choice(List.of(words));
        return self();
    }

    /** Allows the names of an enum's constants only, in lower case and with dashes for underscores. */
    final <E extends Enum<E>> Function<String, E> choiceOf(Class<E> type) {
        E[] constants = type.getEnumConstants();
        choice(java.util.Arrays.stream(constants).map(ValueBuilder::word).toArray(String[]::new));
        return word -> {
            for (E constant : constants) {
                if (word(constant).equals(word)) {
                    return constant;
                }
            }
            throw new IllegalStateException("'" + word + "' was not checked against the choice");
        };
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static int parseInteger(String subject, String word, int least, int most) {
        try {
            int number = Integer.parseInt(word);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // It gets the same answer as a number out of range.
        }
        throw new UsageException("'" + word + "' is not a value of '" + subject + "'", "It is a whole number "
                + (most == Integer.MAX_VALUE ? "not below " + least : "from " + least + " to " + most) + '.');
    }
}
