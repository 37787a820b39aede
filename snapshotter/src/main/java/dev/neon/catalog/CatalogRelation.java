package dev.neon.catalog;

import dev.neon.repo.RelFileLocator;
import java.util.Optional;

/**
 * A relation with files, as a tuple of {@code pg_class} tells it.
 *
 * @param file     where its files are
 * @param oid      unsigned
 * @param database the database's name; empty for a shared relation
 * @param schema   empty if the schema's own tuple is gone
 * @param name     without its schema
 * @param kind     what it is
 * @param owner    of an index the relation that it indexes, of a toast table its table; empty for others, and if it is
 *                 gone
 * @param state    of the tuple
 */
public record CatalogRelation(RelFileLocator file, int oid, Optional<String> database, String schema, String name,
        RelationKind kind, Optional<CatalogRelation> owner, TupleState state) {
    /** {@code schema.name}; the name alone if the schema is not known. */
    public String qualifiedName() {
        return schema.isEmpty() ? name : schema + '.' + name;
    }

    /** What people call all of it by: the table of an index or a toast table, the table of a toast table's index. */
    public CatalogRelation table() {
        return owner.map(CatalogRelation::table).orElse(this);
    }

    /** {@code public.t}, {@code public.t_pkey (index of public.t)}, {@code pg_toast.pg_toast_16384 (toast table of …)}. */
    public String description() {
        return qualifiedName() + owner.map(whose -> " (" + kind.word() + " of " + whose.reference() + ')').orElse("");
    }

    private String reference() {
        return kind == RelationKind.TOAST_TABLE && owner.isPresent()
                ? "the toast table of " + owner.get().reference() : qualifiedName();
    }
}
