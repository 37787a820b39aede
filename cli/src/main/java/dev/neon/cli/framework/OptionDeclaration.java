package dev.neon.cli.framework;

import java.util.List;

/**
 * An option as the command declared it; parsing, help, man page and completion are all made from this.
 *
 * @param names  with their dashes, the short one first: {@code -m}, {@code --message}
 * @param shape  whether it takes a value
 * @param label  the word for the value in a synopsis, without brackets; empty for a flag
 * @param help   what it does: lower case beginning, no full stop
 * @param values what the value may be
 */
public record OptionDeclaration(List<String> names, Shape shape, String label, String help, Values values) {
    /** How an option takes its value. */
    public enum Shape {
        FLAG,
        VALUE,
        /** {@code --name} or {@code --name=value}. */
        OPTIONAL_VALUE,
        /** A value each time the option is given. */
        REPEATED
    }

    public boolean takesValue() {
        return shape == Shape.VALUE || shape == Shape.REPEATED;
    }

    /** The name to speak of: the last, which is the long one. */
    public String name() {
        return names.getLast();
    }

    /** As in a list of options: {@code -m, --message <text>}. */
    public String title() {
        return String.join(", ", names) + valueSuffix(name());
    }

    /** As in a synopsis: {@code [-m <text>]}. */
    public String synopsis() {
        String shown = names.getFirst();
        return '[' + shown + valueSuffix(shown) + ']' + (shape == Shape.REPEATED ? "..." : "");
    }

    private String valueSuffix(String name) {
        return switch (shape) {
            case FLAG -> "";
            case VALUE, REPEATED -> " <" + label + '>';
            case OPTIONAL_VALUE -> name.startsWith("--") ? "[=<" + label + ">]" : "[<" + label + ">]";
        };
    }
}
