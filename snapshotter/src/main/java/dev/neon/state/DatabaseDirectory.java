package dev.neon.state;

import dev.neon.postgres.PostgresMajor;

/**
 * Names the directory that a database has in a tablespace; both are unsigned oids.
 *
 * @param tablespace 1663 for {@code base/<database>}
 */
public record DatabaseDirectory(int tablespace, int database) implements Comparable<DatabaseDirectory> {
    /** Path below the data directory ({@code REL_17 relpath.c GetDatabasePath}). */
    public String path(PostgresMajor major) {
        String name = Integer.toUnsignedString(database);
        return tablespace == BaseState.DEFAULT_TABLESPACE ? "base/" + name : BaseState.TABLESPACES + "/"
                + Integer.toUnsignedString(tablespace) + "/" + BaseState.versionDirectory(major) + "/" + name;
    }

    @Override
    public int compareTo(DatabaseDirectory other) {
        int order = Integer.compareUnsigned(tablespace, other.tablespace);
        return order == 0 ? Integer.compareUnsigned(database, other.database) : order;
    }
}
