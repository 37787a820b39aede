package dev.neon.cli.framework;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Gives the words of a command line to the fields of one command. picocli does the parsing, from specifications made
 * here; nothing else knows picocli.
 */
final class CommandParser {
    static {
        // We take words and turn them into values ourselves. picocli would look at some twenty classes by reflection at
        // each start, for converters from java.time, java.sql and the like.
        System.setProperty("picocli.converters.excludes", "java.*");
    }

    private final Command command;

    CommandParser(Command command) {
        this.command = command;
    }

    /**
     * Fills the command's fields.
     *
     * @param words  what follows the command's name
     * @param before the global options that stood before the name
     * @return the global options, those among {@code words} included; when they ask for help, the fields are not filled
     * @throws UsageException if the words do not fit the declarations
     */
    GlobalOptions parse(List<String> words, GlobalOptions before) {
        RestSplit split = RestSplit.of(command, withCounts(words));
        CommandLine parser = new CommandLine(spec());
        parser.setOverwrittenOptionsAllowed(false).setTrimQuotes(false).setExpandAtFiles(false);
        ParseResult result;
        try {
            result = parser.parseArgs(split.own().toArray(String[]::new));
        } catch (CommandLine.ParameterException wrong) {
            if (before.help() || asksForHelp(split.own())) {
                return before.with(GlobalOptions.HELP, "");
            }
            throw ParseFailure.translate(wrong, command);
        }
        GlobalOptions global = before;
        for (OptionDeclaration option : GlobalOptions.ALL) {
            for (String word : words(result, option)) {
                global = global.with(option, word);
            }
        }
        if (!global.help()) {
            bind(result, split.rest());
        }
        return global;
    }

    /** Checks a word against what its declaration allows. */
    static void check(String subject, Values values, String word) {
        if (values instanceof Values.Choice choice && !choice.words().contains(word)) {
            throw new UsageException("'" + word + "' is not a value of '" + subject + "'",
                    "It is one of: " + String.join(", ", choice.words()) + '.');
        }
    }

    /** Where a command has an option {@code -n}, {@code -20} is short for {@code -n 20}, as in git. */
    private List<String> withCounts(List<String> words) {
        Optional<OptionDeclaration> count = command.options().stream()
                .filter(option -> option.names().contains("-n") && option.takesValue()).findFirst();
        if (count.isEmpty()) {
            return words;
        }
        List<String> written = new ArrayList<>();
        for (String word : words) {
            boolean isCount = word.length() > 1 && word.charAt(0) == '-'
                    && word.chars().skip(1).allMatch(c -> c >= '0' && c <= '9') && !written.contains("--");
            written.add(isCount ? "-n" + word.substring(1) : word);
        }
        return written;
    }

    private static boolean asksForHelp(List<String> words) {
        return words.stream().takeWhile(word -> !word.equals("--")).anyMatch(GlobalOptions.HELP.names()::contains);
    }

    private void bind(ParseResult result, List<String> rest) {
        if (result.hasMatchedOption("--json") && result.hasMatchedOption("--porcelain")) {
            throw new UsageException("'--json' and '--porcelain' exclude each other");
        }
        for (Map.Entry<OptionDeclaration, Bound> entry : command.boundOptions()) {
            take(entry.getValue(), entry.getKey().name(), entry.getKey().values(), words(result, entry.getKey()));
        }
        int index = 0;
        for (Map.Entry<ParameterDeclaration, Bound> entry : command.boundParameters()) {
            ParameterDeclaration parameter = entry.getKey();
            List<String> given = parameter.isSetApart() ? rest
                    : words(result.matchedPositionalValue(index, null));
            take(entry.getValue(), '<' + parameter.label() + '>', parameter.values(), given);
            index++;
        }
    }

    private static void take(Bound field, String subject, Values values, List<String> given) {
        given.stream().filter(word -> !word.isEmpty()).forEach(word -> check(subject, values, word));
        field.take(given);
    }

    private static List<String> words(ParseResult result, OptionDeclaration option) {
        return result.hasMatchedOption(option.name()) ? words(result.matchedOption(option.name()).getValue())
                : List.of();
    }

    /** A value of picocli's: absent, one, or a list. No pattern switch, see {@link Dispatcher}. */
    private static List<String> words(@Nullable Object value) {
        if (value instanceof List<?> several) {
            return several.stream().map(String::valueOf).toList();
        }
        return value == null ? List.of() : List.of(value.toString());
    }

    private CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        for (OptionDeclaration option : command.options()) {
            spec.addOption(spec(option, option.shape() == OptionDeclaration.Shape.REPEATED));
        }
        for (OptionDeclaration option : GlobalOptions.ALL) {
            spec.addOption(spec(option, option == GlobalOptions.DIRECTORY));
        }
        int index = 0;
        for (Map.Entry<ParameterDeclaration, Bound> entry : command.boundParameters()) {
            ParameterDeclaration parameter = entry.getKey();
            if (!parameter.isSetApart()) {
                spec.addPositional(spec(parameter, index));
            }
            index++;
        }
        return spec;
    }

    private static OptionSpec spec(OptionDeclaration option, boolean repeated) {
        OptionSpec.Builder builder = OptionSpec.builder(option.names().toArray(String[]::new));
        if (repeated) {
            return builder.type(List.class).auxiliaryTypes(String.class).arity("1").build();
        }
        return switch (option.shape()) {
            case FLAG -> builder.type(boolean.class).arity("0").build();
            case OPTIONAL_VALUE -> builder.type(String.class).arity("0..1").fallbackValue("").build();
            case VALUE, REPEATED -> builder.type(String.class).arity("1").build();
        };
    }

    private static PositionalParamSpec spec(ParameterDeclaration parameter, int index) {
        PositionalParamSpec.Builder builder =
                PositionalParamSpec.builder().paramLabel('<' + parameter.label() + '>');
        if (parameter.isSingle()) {
            boolean required = parameter.shape() == ParameterDeclaration.Shape.REQUIRED;
            return builder.type(String.class).index(Integer.toString(index)).arity(required ? "1" : "0..1")
                    .required(required).build();
        }
        boolean required = parameter.shape() == ParameterDeclaration.Shape.ONE_OR_MORE;
        return builder.type(List.class).auxiliaryTypes(String.class).index(index + "..*")
                .arity(required ? "1..*" : "0..*").required(required).build();
    }

    /** The words of a command line, those for another program set apart. */
    private record RestSplit(List<String> own, List<String> rest) {
        static RestSplit of(Command command, List<String> words) {
            List<ParameterDeclaration> parameters = command.parameters();
            if (parameters.isEmpty() || !parameters.getLast().isSetApart()) {
                return new RestSplit(words, List.of());
            }
            if (parameters.getLast().shape() == ParameterDeclaration.Shape.AFTER_DASHES) {
                int dashes = words.indexOf("--");
                return dashes < 0 ? new RestSplit(words, List.of())
                        : new RestSplit(words.subList(0, dashes), words.subList(dashes + 1, words.size()));
            }
            List<OptionDeclaration> options = new ArrayList<>(command.options());
            options.addAll(GlobalOptions.ALL);
            int free = parameters.size() - 1;
            int i = 0;
            while (i < words.size() && !words.get(i).equals("--")) {
                String word = words.get(i);
                if (!word.startsWith("-") || word.equals("-")) {
                    if (free == 0) {
                        break;
                    }
                    i++;
                    if (--free == 0) {
                        break;
                    }
                    continue;
                }
                int taken = options.stream().mapToInt(option -> wordsTaken(option, word)).max().orElse(0);
                if (taken == 0) {
                    break;
                }
                i = Math.min(words.size(), i + taken);
            }
            int rest = i < words.size() && words.get(i).equals("--") ? i + 1 : i;
            return new RestSplit(words.subList(0, i), words.subList(rest, words.size()));
        }

        /** How many words an option takes where {@code word} stands: none if it is another option. */
        private static int wordsTaken(OptionDeclaration option, String word) {
            for (String name : option.names()) {
                if (word.equals(name)) {
                    return option.takesValue() ? 2 : 1;
                }
                if (name.startsWith("--") && word.startsWith(name + "=")) {
                    return 1;
                }
            }
            return 0;
        }
    }
}
