package dev.neon.postgres;

import dev.neon.repo.RelFileLocator;
import java.util.Optional;

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

    /**
     * The relation of a path: {@code base/5/16384}, {@code global/1262}, {@code pg_tblspc/16390/PG_15_202209061/5/16391}
     * or {@code 1663/5/16384}, which is tablespace, database and relation as WAL has them. Empty for what is no such path.
     */
    public static Optional<RelFileLocator> parse(String path) {
        String[] parts = path.split("/", -1);
        Optional<Integer> last = oid(parts[parts.length - 1]);
        if (last.isEmpty()) {
            return Optional.empty();
        }
        return switch (parts.length) {
            case 2 -> parts[0].equals("global") ? Optional.of(new RelFileLocator(GLOBAL_TABLESPACE, 0, last.get()))
                    : Optional.empty();
            case 3 -> (parts[0].equals("base") ? Optional.of(DEFAULT_TABLESPACE) : oid(parts[0])).flatMap(tablespace ->
                    oid(parts[1]).map(database -> new RelFileLocator(tablespace, database, last.get())));
            case 5 -> parts[0].equals("pg_tblspc") ? oid(parts[1]).flatMap(tablespace ->
                    oid(parts[3]).map(database -> new RelFileLocator(tablespace, database, last.get()))) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> oid(String digits) {
        try {
            return digits.matches("[0-9]+") ? Optional.of(Integer.parseUnsignedInt(digits)) : Optional.empty();
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
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
