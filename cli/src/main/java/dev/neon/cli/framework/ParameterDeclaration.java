package dev.neon.cli.framework;

/**
 * A positional parameter as the command declared it.
 *
 * @param label  its name in a synopsis, without brackets
 * @param shape  how often it may stand
 * @param help   what it names: lower case beginning, no full stop
 * @param values what it may be
 */
public record ParameterDeclaration(String label, Shape shape, String help, Values values) {
    /** How often a parameter may stand. All but the first two can only be a command's last parameter. */
    public enum Shape {
        REQUIRED,
        OPTIONAL,
        ANY_NUMBER,
        ONE_OR_MORE,
        /** Everything that follows, options included, belongs to another program. */
        REST,
        /** What stands after {@code --}, and only that. */
        AFTER_DASHES
    }

    /** As in a synopsis: {@code <name>}, {@code [<name>]}, {@code [<name>...]}. */
    public String synopsis() {
        return switch (shape) {
            case REQUIRED -> '<' + label + '>';
            case OPTIONAL -> "[<" + label + ">]";
            case ANY_NUMBER -> "[<" + label + ">...]";
            case ONE_OR_MORE -> '<' + label + ">...";
            case REST -> "[--] [<" + label + ">...]";
            case AFTER_DASHES -> "[-- <" + label + ">...]";
        };
    }

    /** Whether its words are set apart before the command line is parsed. */
    boolean isSetApart() {
        return shape == Shape.REST || shape == Shape.AFTER_DASHES;
    }

    boolean isSingle() {
        return shape == Shape.REQUIRED || shape == Shape.OPTIONAL;
    }
}
