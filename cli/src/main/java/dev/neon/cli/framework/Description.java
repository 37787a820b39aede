package dev.neon.cli.framework;

import java.util.ArrayList;
import java.util.List;

/**
 * What people read about a command, beside its options.
 *
 * @param summary  one line, a verb first, upper case beginning, no full stop
 * @param usages   synopses without {@code neon} and the command's name, where the declared order does not tell enough;
 *                 empty to derive the one synopsis from the declarations
 * @param text     paragraphs, separated by empty lines
 * @param examples at least one
 * @param exits    the codes it can return, beside {@link ExitCode#OK}, {@link ExitCode#USAGE},
 *                 {@link ExitCode#INTERNAL} and {@link ExitCode#INTERRUPTED}, which every command can
 */
public record Description(String summary, List<String> usages, String text, List<Example> examples,
                          List<ExitCode> exits) {
    /** A command line and what it does. */
    public record Example(String commandLine, String what) {}

    public Description {
        usages = List.copyOf(usages);
        examples = List.copyOf(examples);
        exits = List.copyOf(exits);
    }

    public static Description of(String summary) {
        return new Description(summary, List.of(), "", List.of(), List.of());
    }

    /** Adds a synopsis: what follows the command's name. */
    public Description usage(String arguments) {
        return new Description(summary, plus(usages, arguments), text, examples, exits);
    }

    /** Sets the paragraphs. */
    public Description text(String paragraphs) {
        return new Description(summary, usages, paragraphs.strip(), examples, exits);
    }

    /** Adds an example. */
    public Description example(String commandLine, String what) {
        return new Description(summary, usages, text, plus(examples, new Example(commandLine, what)), exits);
    }

    /** Sets the exit codes beside those that every command can return. */
    public Description exits(ExitCode... codes) {
        return new Description(summary, usages, text, examples, List.of(codes));
    }

    /** All codes the command can return by itself, in the order of their numbers; a bug or an interruption aside. */
    public List<ExitCode> allExits() {
        return ExitCode.ALL.stream()
                .filter(code -> code == ExitCode.OK || code == ExitCode.USAGE || exits.contains(code)).toList();
    }

    private static <T> List<T> plus(List<T> list, T element) {
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return longer;
    }
}
