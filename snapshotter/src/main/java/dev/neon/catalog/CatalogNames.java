package dev.neon.catalog;

import dev.neon.repo.RelFileLocator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * From a relation's files to its name. A table that was rewritten (VACUUM FULL, CLUSTER, TRUNCATE) has had other files
 * before; what they were called is known only while an old tuple of {@code pg_class} is still on its page, or an older
 * source is asked.
 */
public interface CatalogNames {
    /** Knows nothing. */
    CatalogNames NONE = new NewestSaid(List.of());

    /** The relation with these files; one that is there if there is one, else the best that is known. */
    Optional<CatalogRelation> find(RelFileLocator file);

    /**
     * Every relation that {@link #find} may tell of, in all databases, some more than once; the owners may be missing.
     * No more is read than the caller comes to.
     */
    Stream<CatalogRelation> relations();

    /**
     * Several as one: what is {@linkplain TupleState#LIVE live} in the newest source that knows it, else what the newest
     * knows of old.
     *
     * @param sources newest first
     */
    static CatalogNames newestOf(List<CatalogNames> sources) {
        return new NewestSaid(sources);
    }
}
