package dev.neon.cli.io;

/** How a piece of text looks on a terminal that shows colours (ECMA-48, select graphic rendition). */
public enum Style {
    PLAIN(""),
    BOLD("1"),
    FAINT("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33"),
    CYAN("36");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    String apply(String text) {
        return this == PLAIN || text.isEmpty() ? text : "\033[" + code + 'm' + text + "\033[0m";
    }
}
