package dev.neon.compute.daemon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * What a request over HTTP gets.
 *
 * @param status  of HTTP
 * @param type    of the body
 * @param headers besides
 */
record Answer(int status, String type, String body, Map<String, String> headers) {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    /** One line of text. */
    static Answer text(int status, String line) {
        return new Answer(status, TEXT, line + '\n', Map.of());
    }

    /** A text of another type. */
    static Answer of(String type, String body) {
        return new Answer(200, type, body, Map.of());
    }

    /** Writes the fields of an object. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** An object of JSON. */
    static Answer json(int status, Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new Answer(status, JSON, text.append('\n').toString(), Map.of());
    }

    /** Why there is nothing else. */
    static Answer error(int status, String message) {
        return json(status, json -> json.writeStringField("error", message));
    }

    Answer with(String header, String value) {
        return new Answer(status, type, body, Map.of(header, value));
    }
}
