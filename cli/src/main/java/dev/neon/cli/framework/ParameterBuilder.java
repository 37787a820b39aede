package dev.neon.cli.framework;

import dev.neon.cli.framework.ParameterDeclaration.Shape;
import java.util.function.Function;

/** A positional parameter of a command while it is declared; the last call gives the typed field. */
public final class ParameterBuilder extends ValueBuilder<ParameterBuilder> {
    private final Command command;
    private final String label;

    ParameterBuilder(Command command, String label) {
        this.command = command;
        this.label = label;
    }

    @Override
    ParameterBuilder self() {
        return this;
    }

    /** A parameter that must be given. */
    public Parameter<String> required() {
        return required(Function.identity());
    }

    /** A parameter that must be given, of any type. */
    public <T> Parameter<T> required(Function<String, T> conversion) {
        return command.register(declaration(Shape.REQUIRED), new Parameter<>(conversion));
    }

    /** One of an enum's constants. */
    public <E extends Enum<E>> Parameter<E> requiredOf(Class<E> type) {
        return required(choiceOf(type));
    }

    /** A parameter that may be left out. */
    public OptionalParameter<String> optional() {
        return optional(Function.identity());
    }

    /** A parameter that may be left out, of any type. */
    public <T> OptionalParameter<T> optional(Function<String, T> conversion) {
        return command.register(declaration(Shape.OPTIONAL), new OptionalParameter<>(conversion));
    }

    /** All that follows; may be nothing. */
    public Parameters<String> many() {
        return command.register(declaration(Shape.ANY_NUMBER), new Parameters<>(Function.identity()));
    }

    /** All that follows, one at least. */
    public Parameters<String> oneOrMore() {
        return command.register(declaration(Shape.ONE_OR_MORE), new Parameters<>(Function.identity()));
    }

    /**
     * All that follows, untouched, for another program: what stands after the parameters declared before, or from the
     * first word that is not an option of this command, or after {@code --}, which itself is dropped.
     */
    public Parameters<String> rest() {
        return command.register(declaration(Shape.REST), new Parameters<>(Function.identity()));
    }

    /** All that stands after {@code --}, which itself is dropped; may be nothing. */
    public Parameters<String> afterDashes() {
        return command.register(declaration(Shape.AFTER_DASHES), new Parameters<>(Function.identity()));
    }

    private ParameterDeclaration declaration(Shape shape) {
        return new ParameterDeclaration(label, shape, help, values);
    }
}
