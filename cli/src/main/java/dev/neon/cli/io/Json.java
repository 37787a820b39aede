package dev.neon.cli.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes JSON in the order of the calls, so that the fields of a command's output never change places.
 * <pre>
 * output.json(json -> json.array(branches, branch -> json.object(() -> json
 *         .put("name", branch.name())
 *         .put("lsn", branch.tip().toString()))));
 * </pre>
 */
public final class Json {
    private final JsonGenerator generator;

    private Json(JsonGenerator generator) {
        this.generator = generator;
    }

    static void write(OutputStream out, Consumer<Json> content) {
        try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            generator.setPrettyPrinter(new DefaultPrettyPrinter());
            content.accept(new Json(generator));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** An object; {@code fields} puts its fields. */
    public Json object(Runnable fields) {
        return step(() -> {
            generator.writeStartObject();
            fields.run();
            generator.writeEndObject();
        });
    }

    /** An array; {@code each} writes one value for each element. */
    public <T> Json array(Iterable<T> elements, Consumer<? super T> each) {
        return step(() -> {
            generator.writeStartArray();
            elements.forEach(each);
            generator.writeEndArray();
        });
    }

    /** Begins an object, for those who are told its fields one after the other; {@link #end} ends it. */
    public Json begin() {
        return step(generator::writeStartObject);
    }

    /** Ends the object that {@link #begin} began. */
    public Json end() {
        return step(generator::writeEndObject);
    }

    /** Begins a field that is an array, for those who are told its elements one after the other; {@link #endArray} ends it. */
    public Json beginArray(String name) {
        return step(() -> generator.writeArrayFieldStart(name));
    }

    /** Ends the array that {@link #beginArray} began. */
    public Json endArray() {
        return step(generator::writeEndArray);
    }

    /** A string as a value, for elements of an array. */
    public Json value(String value) {
        return step(() -> generator.writeString(value));
    }

    /** A number as a value, for elements of an array. */
    public Json value(long value) {
        return step(() -> generator.writeNumber(value));
    }

    public Json put(String name, String value) {
        return step(() -> generator.writeStringField(name, value));
    }

    /** A field that is null when there is no value: a field never disappears. */
    public Json put(String name, Optional<String> value) {
        return step(() -> {
            if (value.isPresent()) {
                generator.writeStringField(name, value.get());
            } else {
                generator.writeNullField(name);
            }
        });
    }

    /** A number that is null when there is none. */
    public Json putNumber(String name, Optional<? extends Number> value) {
        return step(() -> {
            if (value.isPresent()) {
                generator.writeNumberField(name, value.get().longValue());
            } else {
                generator.writeNullField(name);
            }
        });
    }

    public Json put(String name, long value) {
        return step(() -> generator.writeNumberField(name, value));
    }

    public Json put(String name, double value) {
        return step(() -> generator.writeNumberField(name, value));
    }

    public Json put(String name, boolean value) {
        return step(() -> generator.writeBooleanField(name, value));
    }

    public <T> Json putArray(String name, Iterable<T> elements, Consumer<? super T> each) {
        return step(() -> generator.writeFieldName(name)).array(elements, each);
    }

    /** A field that is an object. */
    public Json putObject(String name, Runnable fields) {
        return step(() -> generator.writeFieldName(name)).object(fields);
    }

    private Json step(Step step) {
        try {
            step.run();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        return this;
    }

    private interface Step {
        void run() throws IOException;
    }
}
