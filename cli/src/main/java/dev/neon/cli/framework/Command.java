package dev.neon.cli.framework;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A command of neon. Its options and parameters are typed fields, and their declarations are all there is: parsing,
 * help, the man page and completion are made from them.
 * <pre>
 * public final class TagCommand extends Command {
 *     private final Parameter&lt;String&gt; name = parameter("name").help("the new tag").required();
 *     private final Option&lt;String&gt; message = option("-m", "--message").label("text").help("why it is kept").text();
 *     private final Flag force = flag("-f", "--force").help("replace a tag of that name");
 *     …
 * }
 * </pre>
 * An object serves one run: it keeps the values that were parsed.
 */
public abstract class Command {
    // Lists of pairs, not maps: the AOT cache does not hold what a record's hashCode needs when first called, 5 ms.
    private final List<Map.Entry<OptionDeclaration, Bound>> options = new ArrayList<>();
    private final List<Map.Entry<ParameterDeclaration, Bound>> parameters = new ArrayList<>();

    /** What people read about it; asked for only when they do. */
    public abstract Description description();

    /**
     * Does it. What goes wrong is thrown as one of neon's exceptions and becomes a message and an exit code elsewhere.
     *
     * @return {@link ExitCode#OK}, {@link ExitCode#NEGATIVE}, or the status of a program that it ran
     */
    protected abstract ExitCode run(Invocation invocation) throws IOException, InterruptedException;

    /** Begins an option with a value, the short name first. */
    protected final OptionBuilder option(String... names) {
        return new OptionBuilder(this, List.of(names));
    }

    /** Begins an option without a value, the short name first. */
    protected final FlagBuilder flag(String... names) {
        return new FlagBuilder(this, List.of(names));
    }

    /** Begins a positional parameter; they are filled in the order of their declarations. */
    protected final ParameterBuilder parameter(String label) {
        return new ParameterBuilder(this, label);
    }

    /** {@code --json}, in the words that all commands share. */
    protected final Flag json() {
        return flag("--json").help("print the result as JSON");
    }

    /** {@code --porcelain}, in the words that all commands share. */
    protected final Flag porcelain() {
        return flag("--porcelain").help("print the result in a form for scripts that never changes");
    }

    /** The declared options, in order. */
    public final List<OptionDeclaration> options() {
        return options.stream().map(Map.Entry::getKey).toList();
    }

    /** The declared parameters, in order. */
    public final List<ParameterDeclaration> parameters() {
        return parameters.stream().map(Map.Entry::getKey).toList();
    }

    final List<Map.Entry<OptionDeclaration, Bound>> boundOptions() {
        return Collections.unmodifiableList(options);
    }

    final List<Map.Entry<ParameterDeclaration, Bound>> boundParameters() {
        return Collections.unmodifiableList(parameters);
    }

    final <B extends Bound> B register(OptionDeclaration declaration, B field) {
        options.add(Map.entry(declaration, field));
        return field;
    }

    final <B extends Bound> B register(ParameterDeclaration declaration, B field) {
        parameters.add(Map.entry(declaration, field));
        return field;
    }
}
