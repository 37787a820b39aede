package dev.neon.state;

/**
 * Names the directory that a database has in a tablespace; both are unsigned oids.
 *
 * @param tablespace 1663 for {@code base/<database>}
 */
public record DatabaseDirectory(int tablespace, int database) implements Comparable<DatabaseDirectory> {
    @Override
    public int compareTo(DatabaseDirectory other) {
        int order = Integer.compareUnsigned(tablespace, other.tablespace);
        return order == 0 ? Integer.compareUnsigned(database, other.database) : order;
    }
}
