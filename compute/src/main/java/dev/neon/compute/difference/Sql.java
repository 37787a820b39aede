package dev.neon.compute.difference;

import java.util.Collection;
import java.util.stream.Collectors;

/** Writes parts of statements. */
final class Sql {
    private Sql() {}

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String name(String schema, String name) {
        return identifier(schema) + '.' + identifier(name);
    }

    /** With {@code standard_conforming_strings}. */
    static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }

    static String identifiers(Collection<String> names) {
        return names.stream().map(Sql::identifier).collect(Collectors.joining(", "));
    }

    static String oid(int oid) {
        return Integer.toUnsignedString(oid);
    }
}
