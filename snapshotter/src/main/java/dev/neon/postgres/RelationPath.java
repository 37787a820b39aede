package dev.neon.postgres;

import dev.neon.repo.RelFileLocator;

/** Where a relation's files lie in a data directory ({@code REL_17 relpath.c GetRelationPath}). */
public final class RelationPath {
    private static final int DEFAULT_TABLESPACE = 1663;
    private static final int GLOBAL_TABLESPACE = 1664;

    private RelationPath() {}

    /** The name of the fork's first segment: {@code base/5/16384_fsm}. */
    public static String of(PostgresMajor major, RelFileLocator relation, ForkNumber fork) {
        String file = Integer.toUnsignedString(relation.relation());
        return directory(major, relation) + (fork == ForkNumber.MAIN ? file : file + "_" + fork);
    }

    private static String directory(PostgresMajor major, RelFileLocator relation) {
        String database = Integer.toUnsignedString(relation.database());
        return switch (relation.tablespace()) {
            case GLOBAL_TABLESPACE -> "global/";
            case DEFAULT_TABLESPACE -> "base/" + database + "/";
            default -> "pg_tblspc/" + Integer.toUnsignedString(relation.tablespace()) + "/PG_" + major.number() + "_"
                    + major.catalogVersion() + "/" + database + "/";
        };
    }
}
