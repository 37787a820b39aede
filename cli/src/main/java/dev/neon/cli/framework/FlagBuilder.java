package dev.neon.cli.framework;

import java.util.List;

/** A flag of a command while it is declared. */
public final class FlagBuilder {
    private final Command command;
    private final List<String> names;

    FlagBuilder(Command command, List<String> names) {
        this.command = command;
        this.names = names;
    }

    /** What it does: lower case beginning, no full stop. */
    public Flag help(String text) {
        return command.register(
                new OptionDeclaration(names, OptionDeclaration.Shape.FLAG, "", text, Values.TEXT), new Flag());
    }
}
