package dev.neon.cli.docs;

import dev.neon.cli.framework.CommandTree;

/** The completion scripts of the shells, made from the declarations of all commands. */
public final class CompletionScript {
    /** A shell that neon can be completed in. */
    public enum Shell { BASH, ZSH, FISH }

    private CompletionScript() {}

    /** The script's text. */
    public static String of(Shell shell, CommandTree tree) {
        return switch (shell) {
            case BASH -> new BashCompletion(tree).script();
            case ZSH -> new ZshCompletion(tree).script();
            case FISH -> new FishCompletion(tree).script();
        };
    }
}
