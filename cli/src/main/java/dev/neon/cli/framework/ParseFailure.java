package dev.neon.cli.framework;

import dev.neon.repo.revision.NearNames;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts picocli's failures into neon's words. */
final class ParseFailure {
    private ParseFailure() {}

    static UsageException translate(ParameterException failure, Command command) {
        return switch (failure) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched.getUnmatched(), command);
            case MissingParameterException missing -> missing(missing);
            case OverwrittenOptionException twice ->
                    new UsageException("'" + name(twice.getOverwritten()) + "' is given more than once");
            default -> new UsageException(lowerCase(String.valueOf(failure.getMessage())));
        };
    }

    private static UsageException unmatched(List<String> words, Command command) {
        String word = words.getFirst();
        if (words.stream().anyMatch(part -> part.endsWith("}"))) {
            return new UsageException("'" + word + "' is one argument too many",
                    "The shell takes a revision with blanks apart; quote it, as in 'main@{1 hour ago}'.");
        }
        if (!word.startsWith("-") || word.equals("-")) {
            return new UsageException("'" + word + "' is one argument too many");
        }
        String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        List<String> names = Stream.concat(command.options().stream(), GlobalOptions.ALL.stream())
                .flatMap(option -> option.names().stream()).filter(known -> known.startsWith("--")).toList();
        return NearNames.hint(name, names)
                .map(hint -> new UsageException("unknown option '" + name + "'", hint))
                .orElseGet(() -> new UsageException("unknown option '" + name + "'"));
    }

    private static UsageException missing(MissingParameterException missing) {
        ArgSpec argument = missing.getMissing().getFirst();
        return new UsageException("'" + name(argument) + (argument.isOption() ? "' needs a value" : "' is missing"));
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String lowerCase(String message) {
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
