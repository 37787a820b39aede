package dev.neon.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a database has in a directory of its own besides relations.
 *
 * @param hasVersion whether there is {@code PG_VERSION}, as in the database's own tablespace
 * @param map        {@code pg_filenode.map}; of length 0 if there is none. Not to be changed
 */
public record DatabaseFiles(boolean hasVersion, byte[] map) {
    /** In a tablespace that is not the database's own. */
    static final DatabaseFiles NONE = new DatabaseFiles(false, new byte[0]);

    public boolean hasMap() {
        return map.length > 0;
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof DatabaseFiles other && other.hasVersion == hasVersion && Arrays.equals(other.map, map);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(map) * 2 + (hasVersion ? 1 : 0);
    }
}
