package dev.neon.cli.io;

/** The values of {@code --color}. */
public enum ColorChoice {
    /** On a terminal that can, unless NO_COLOR is set. */
    AUTO,
    /** Always, even into a file. */
    ALWAYS,
    /** Never. */
    NEVER;

    /** Whether to colour a stream. See no-color.org for the variable; a terminal that calls itself dumb cannot. */
    boolean appliesTo(boolean terminal, Environment environment) {
        return switch (this) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> terminal && environment.variable("NO_COLOR").isEmpty()
                    && !environment.variable("TERM").orElse("").equals("dumb");
        };
    }
}
