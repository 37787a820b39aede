package dev.neon.compute.pages;

/** A relation whose rows are wanted, and how PostgreSQL is asked for them. */
record Rows(String schema, String name, Way way) {
    enum Way {
        /** {@code COPY} of a table, which nothing but the table is needed for. */
        TABLE,
        /** {@code COPY} of a query, which the planner looks at the indexes for. */
        QUERY
    }

    /** A table of which only a name is known: {@code schema.name}, or a name alone. */
    static Rows named(String name) {
        int dot = name.indexOf('.');
        return new Rows(dot < 0 ? "public" : name.substring(0, dot), name.substring(dot + 1), Way.QUERY);
    }

    /** As it is written in SQL. */
    String quoted() {
        return quoted(schema) + '.' + quoted(name);
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
