package dev.neon.compute.difference;

import java.util.List;

/**
 * A part of a schema, as PostgreSQL prints it.
 *
 * @param kind  in words: {@code table}, {@code view}
 * @param name  qualified and quoted
 * @param lines of its definition
 */
record SchemaObject(String kind, String name, List<String> lines) {}
