package dev.neon.cli.framework;

import dev.neon.cli.io.ColorChoice;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The options that all commands share; they may stand before or after the command's name.
 *
 * @param directory the directory to work in instead of the current one
 * @param repo      the repository, instead of the one found from the directory upwards
 */
record GlobalOptions(Optional<String> directory, Optional<String> repo, boolean quiet, ColorChoice color,
                     boolean noPager, boolean help) {
    static final GlobalOptions NONE =
            new GlobalOptions(Optional.empty(), Optional.empty(), false, ColorChoice.AUTO, false, false);

    static final OptionDeclaration DIRECTORY = value(List.of("-C"), "dir",
            "work as if neon had been started in that directory", new Values.OfKind(ValueKind.DIRECTORY));
    static final OptionDeclaration REPO = value(List.of("--repo"), "dir",
            "the repository, instead of the one found from the current directory upwards",
            new Values.OfKind(ValueKind.DIRECTORY));
    static final OptionDeclaration QUIET = flag(List.of("-q", "--quiet"), "print results and errors only");
    static final OptionDeclaration COLOR = value(List.of("--color"), "when", "whether to use colours",
            new Values.Choice(List.of("auto", "always", "never")));
    static final OptionDeclaration NO_PAGER = flag(List.of("--no-pager"), "print long results without a pager");
    static final OptionDeclaration HELP = flag(List.of("-h", "--help"), "show help and exit");

    /** In the order of the help. */
    static final List<OptionDeclaration> ALL = List.of(DIRECTORY, REPO, QUIET, COLOR, NO_PAGER, HELP);

    private static OptionDeclaration flag(List<String> names, String help) {
        return new OptionDeclaration(names, OptionDeclaration.Shape.FLAG, "", help, Values.TEXT);
    }

    private static OptionDeclaration value(List<String> names, String label, String help, Values values) {
        return new OptionDeclaration(names, OptionDeclaration.Shape.VALUE, label, help, values);
    }

    /** These options and one more; a later one wins, but directories add up as in git. */
    GlobalOptions with(OptionDeclaration option, String word) {
        if (option == DIRECTORY) {
            String joined = directory.map(first -> java.nio.file.Path.of(first).resolve(word).toString()).orElse(word);
            return new GlobalOptions(Optional.of(joined), repo, quiet, color, noPager, help);
        }
        if (option == REPO) {
            return new GlobalOptions(directory, Optional.of(word), quiet, color, noPager, help);
        }
        if (option == QUIET) {
            return new GlobalOptions(directory, repo, true, color, noPager, help);
        }
        if (option == COLOR) {
            CommandParser.check(option.name(), option.values(), word);
            return new GlobalOptions(directory, repo, quiet, ColorChoice.valueOf(word.toUpperCase(Locale.ROOT)), noPager,
                    help);
        }
        if (option == NO_PAGER) {
            return new GlobalOptions(directory, repo, quiet, color, true, help);
        }
        return new GlobalOptions(directory, repo, quiet, color, noPager, true);
    }
}
