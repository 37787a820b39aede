package dev.neon.catalog;

import dev.neon.postgres.PostgresMajor;
import java.util.Arrays;

/**
 * Where the columns of catalogs are, in bytes from a tuple's data. All are of fixed width, never null, and before any
 * that are not, so each stands at one place ({@code pg_class.h}, {@code pg_namespace.h}, {@code pg_index.h},
 * {@code pg_database.h} of 14 to 18). 18 put {@code relallfrozen} before {@code reltoastrelid}; 15 took the locale, a
 * {@code name} each, and {@code datlastsysoid} from before {@code dattablespace}.
 */
enum CatalogColumns {
    V14(PostgresMajor.V14, 108, 224),
    V15(PostgresMajor.V15, 108, 92),
    V16(PostgresMajor.V16, 108, 92),
    V17(PostgresMajor.V17, 108, 92),
    V18(PostgresMajor.V18, 112, 92);

    /** {@code oid} of all but pg_index. */
    static final int OID = 0;
    /** {@code relname}, {@code nspname} and {@code datname}. */
    static final int NAME = 4;
    static final int RELNAMESPACE = 68;
    static final int RELFILENODE = 88;
    static final int RELTABLESPACE = 92;
    static final int INDEXRELID = 0;
    static final int INDRELID = 4;
    static final int INHRELID = 0;
    static final int INHPARENT = 4;
    /** Bytes of the data that the columns named here need in the longest of these catalogs. */
    static final int INDEX_BYTES = 8;
    static final int INHERITS_BYTES = 8;
    static final int NAMESPACE_BYTES = 68;

    private final PostgresMajor major;
    private final int reltoastrelid;
    private final int dattablespace;

    CatalogColumns(PostgresMajor major, int reltoastrelid, int dattablespace) {
        this.major = major;
        this.reltoastrelid = reltoastrelid;
        this.dattablespace = dattablespace;
    }

    static CatalogColumns of(PostgresMajor major) {
        return Arrays.stream(values()).filter(columns -> columns.major == major).findFirst().orElseThrow();
    }

    int reltoastrelid() {
        return reltoastrelid;
    }

    /** After {@code relhasindex}. */
    int relisshared() {
        return reltoastrelid + 5;
    }

    /** After {@code relpersistence}. */
    int relkind() {
        return reltoastrelid + 7;
    }

    int classBytes() {
        return relkind() + 1;
    }

    int dattablespace() {
        return dattablespace;
    }

    int databaseBytes() {
        return dattablespace + Integer.BYTES;
    }
}
