package dev.neon.cli.framework;

import dev.neon.cli.framework.OptionDeclaration.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** An option of a command while it is declared; the last call gives the typed field. */
public final class OptionBuilder extends ValueBuilder<OptionBuilder> {
    private final Command command;
    private final List<String> names;
    private String label = "value";

    OptionBuilder(Command command, List<String> names) {
        this.command = command;
        this.names = names;
    }

    @Override
    OptionBuilder self() {
        return this;
    }

    /** The word for the value in a synopsis, without brackets. */
    public OptionBuilder label(String word) {
        label = word;
        return this;
    }

    public Option<String> text() {
        return as(Function.identity());
    }

    /** A whole number; those allowed are from {@code least} to {@code most}, both included. */
    public Option<Integer> integer(int least, int most) {
        return as(word -> ValueBuilder.parseInteger(names.getLast(), word, least, most));
    }

    /** A whole number of 32 bits, not below {@code least}. */
    public Option<Integer> integer(int least) {
        return integer(least, Integer.MAX_VALUE);
    }

    /** A path as the user typed it; {@link Invocation#resolve} makes it absolute. */
    public Option<Path> path() {
        return as(Path::of);
    }

    /** One of an enum's constants. */
    public <E extends Enum<E>> Option<E> of(Class<E> type) {
        return as(choiceOf(type));
    }

    /**
     * A value of any type.
     *
     * @param conversion may throw a {@link UsageException} or any of neon's exceptions
     */
    public <T> Option<T> as(Function<String, T> conversion) {
        return command.register(declaration(Shape.VALUE), new Option<>(conversion));
    }

    /**
     * An option whose value may be left out: {@code --name} or {@code --name=value}.
     *
     * @param absent the value when only the name is given
     */
    public Option<String> textOr(String absent) {
        return command.register(declaration(Shape.OPTIONAL_VALUE),
                new Option<>(word -> word.isEmpty() ? absent : word));
    }

    /** An option that may be given several times. */
    public Options<String> texts() {
        return each(Function.identity());
    }

    /** An option that may be given several times, with values of any type. */
    public <T> Options<T> each(Function<String, T> conversion) {
        return command.register(declaration(Shape.REPEATED), new Options<>(conversion));
    }

    private OptionDeclaration declaration(Shape shape) {
        return new OptionDeclaration(names, shape, label, help, values);
    }
}
