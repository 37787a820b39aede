package dev.neon.page;

import dev.neon.repo.Lsn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Named values in the order in which they are to be shown: of a page's header, say, or of one of its items. The names are
 * those of PostgreSQL's structures, or of the functions of {@code pageinspect} that show them. Every call of {@code put}
 * adds one.
 */
public final class PageFields {
    private static final FieldValue MISSING = new FieldValue.Missing();

    /** A value with its name. */
    public record Field(String name, FieldValue value) {}

    private final List<Field> fields = new ArrayList<>();

    public PageFields put(String name, long value) {
        return add(name, new FieldValue.Whole(value));
    }

    public PageFields put(String name, double value) {
        return add(name, new FieldValue.Real(value));
    }

    public PageFields put(String name, boolean value) {
        return add(name, new FieldValue.Truth(value));
    }

    public PageFields put(String name, String value) {
        return add(name, new FieldValue.Text(value));
    }

    /** A field that is there, but has no value. */
    public PageFields putMissing(String name) {
        return add(name, MISSING);
    }

    public PageFields putLsn(String name, long lsn) {
        return put(name, new Lsn(lsn).toString());
    }

    /** Bytes as a {@code bytea} is shown: {@code \x0a1b}. */
    public PageFields putBytes(String name, byte[] bytes) {
        return put(name, "\\x" + HexFormat.of().formatHex(bytes));
    }

    /** Bytes as functions for indexes show them: {@code 0a 1b}. */
    public PageFields putSpaced(String name, byte[] bytes) {
        return put(name, HexFormat.ofDelimiter(" ").formatHex(bytes));
    }

    public PageFields putList(String name, List<String> values) {
        return add(name, new FieldValue.Listing(values.stream().<FieldValue>map(FieldValue.Text::new).toList()));
    }

    public PageFields putNumbers(String name, List<Long> values) {
        return add(name, new FieldValue.Listing(values.stream().<FieldValue>map(FieldValue.Whole::new).toList()));
    }

    /** All fields of another. */
    public PageFields putAll(PageFields other) {
        fields.addAll(other.fields);
        return this;
    }

    private PageFields add(String name, FieldValue value) {
        fields.add(new Field(name, value));
        return this;
    }

    /** All, in order; read-only. */
    public List<Field> all() {
        return Collections.unmodifiableList(fields);
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    public Optional<FieldValue> get(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).map(Field::value).findFirst();
    }
}
