package dev.neon.cli.framework;

import dev.neon.cli.framework.CommandTree.Group;
import dev.neon.cli.framework.CommandTree.Leaf;
import dev.neon.cli.io.ColorChoice;
import dev.neon.cli.io.Environment;
import dev.neon.cli.io.Output;
import dev.neon.repo.revision.NearNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the command that a command line names, makes that one alone, runs it, and turns whatever it throws into a
 * message and an exit code.
 */
public final class Dispatcher {
    private final CommandTree tree;

    public Dispatcher(CommandTree tree) {
        this.tree = tree;
    }

    /**
     * Runs one command line.
     *
     * @param words what follows {@code neon}
     * @return the exit status, 0 to 255
     */
    public int run(Environment environment, String... words) {
        ExitCode code;
        try {
            code = dispatch(environment, List.of(words));
        } catch (Throwable failure) {
            Output output = new Output(environment, false, colorIn(List.of(words)));
            code = new ErrorReport(output, environment.variable("NEON_DEBUG").isPresent()).report(failure);
        }
        environment.out().flush();
        environment.err().flush();
        return code.number();
    }

    /** The colours that a command line asks for, even one that is otherwise wrong. */
    private static ColorChoice colorIn(List<String> words) {
        String option = GlobalOptions.COLOR.name();
        for (int i = 0; i < words.size() && !words.get(i).equals("--"); i++) {
            String word = words.get(i);
            String value = word.startsWith(option + '=') ? word.substring(option.length() + 1)
                    : word.equals(option) && i + 1 < words.size() ? words.get(i + 1) : "";
            if (value.equals("always") || value.equals("never")) {
                return ColorChoice.valueOf(value.toUpperCase(Locale.ROOT));
            }
        }
        return ColorChoice.AUTO;
    }

    private ExitCode dispatch(Environment environment, List<String> words) throws IOException, InterruptedException {
        GlobalOptions global = GlobalOptions.NONE;
        int i = 0;
        while (i < words.size() && words.get(i).startsWith("-") && !words.get(i).equals("--version")) {
            LeadingOption leading = LeadingOption.of(words, i);
            global = global.with(leading.option(), leading.value());
            i += leading.words();
        }
        HelpText help = new HelpText(tree);
        if (i == words.size()) {
            return print(environment, global, help.overview());
        }
        String name = words.get(i).equals("--version") ? "version" : words.get(i);
        List<String> arguments = words.subList(i + 1, words.size());
        CommandTree.Node node = tree.find(name).orElseThrow(() -> unknown(name));
        // Not a pattern switch: the JVM's AOT cache does not hold what one needs when first run, 8 ms.
        return node instanceof Group group
                ? run(group, arguments, global, environment, help)
                : run((Leaf) node, arguments, global, environment);
    }

    private ExitCode run(Group group, List<String> words, GlobalOptions global, Environment environment,
                         HelpText help) throws IOException, InterruptedException {
        if (words.isEmpty() && !global.help()) {
            throw new UsageException("'neon " + group.name() + "' needs a command",
                    "Run 'neon help " + group.name() + "' to list them.");
        }
        if (words.isEmpty() || GlobalOptions.HELP.names().contains(words.getFirst())) {
            return print(environment, global, help.group(group));
        }
        String word = words.getFirst();
        Leaf leaf = group.find(word).orElseThrow(() -> unknown(group, word));
        return run(leaf, words.subList(1, words.size()), global, environment);
    }

    private ExitCode run(Leaf leaf, List<String> words, GlobalOptions before, Environment environment)
            throws IOException, InterruptedException {
        Command command = leaf.factory().get();
        GlobalOptions global = new CommandParser(command).parse(words, before);
        if (global.help()) {
            return print(environment, global, new HelpText(tree).command(leaf, command));
        }
        Environment there = in(environment, global);
        Optional<Path> repo = global.repo().or(() -> environment.variable("NEON_DIR"))
                .map(directory -> there.directory().resolve(directory).normalize());
        Output output = new Output(there, global.quiet(), global.color());
        return command.run(new Invocation(tree, there, output, repo, global.noPager()));
    }

    private static Environment in(Environment environment, GlobalOptions global) {
        if (global.directory().isEmpty()) {
            return environment;
        }
        Environment there = environment.in(Path.of(global.directory().get()));
        if (!Files.isDirectory(there.directory())) {
            throw new UsageException("'" + global.directory().get() + "' is not a directory",
                    "'-C' names the directory to work in.");
        }
        return there;
    }

    private static ExitCode print(Environment environment, GlobalOptions global, String text) {
        new Output(environment, global.quiet(), global.color()).text(text);
        return ExitCode.OK;
    }

    private UsageException unknown(String word) {
        String otherwise = "Run 'neon help' to list the commands.";
        return new UsageException("unknown command '" + word + "'",
                GitWords.hint(word).or(() -> inGroups(word)).or(() -> NearNames.hint(word, tree.nodes().stream().map(CommandTree.Node::name).toList()))
                        .orElse(otherwise));
    }

    /** {@code Did you mean 'instance logs'?}, for a word that is a command only below a group. */
    private Optional<String> inGroups(String word) {
        List<String> paths = tree.leaves().stream().filter(leaf -> leaf.name().equals(word)).map(Leaf::path).toList();
        return paths.isEmpty() ? Optional.empty()
                : Optional.of("Did you mean '" + String.join("' or '", paths) + "'?");
    }

    private static UsageException unknown(Group group, String word) {
        String otherwise = "Run 'neon help " + group.name() + "' to list its commands.";
        return new UsageException("unknown command '" + group.name() + ' ' + word + "'",
                NearNames.hint(word, group.leaves().stream().map(Leaf::name).toList()).orElse(otherwise));
    }

    /** A global option before the command's name. */
    private record LeadingOption(OptionDeclaration option, String value, int words) {
        static LeadingOption of(List<String> words, int at) {
            String word = words.get(at);
            for (OptionDeclaration option : GlobalOptions.ALL) {
                for (String name : option.names()) {
                    if (word.equals(name) && option.takesValue()) {
                        if (at + 1 == words.size()) {
                            throw new UsageException("'" + name + "' needs a value");
                        }
                        return new LeadingOption(option, words.get(at + 1), 2);
                    }
                    if (word.equals(name)) {
                        return new LeadingOption(option, "", 1);
                    }
                    if (option.takesValue() && name.startsWith("--") && word.startsWith(name + "=")) {
                        return new LeadingOption(option, word.substring(name.length() + 1), 1);
                    }
                }
            }
            throw new UsageException("unknown option '" + word + "' before the command",
                    "Options of a command follow its name; 'neon help' shows those that may stand before it.");
        }
    }
}
