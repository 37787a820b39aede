package dev.neon.catalog;

import dev.neon.repo.RelFileLocator;
import java.util.List;
import java.util.Optional;

/**
 * From a relation's files to its name. A table that was rewritten (VACUUM FULL, CLUSTER, TRUNCATE) has had other files
 * before; what they were called is known only while an old tuple of {@code pg_class} is still on its page, or an older
 * source is asked.
 */
@FunctionalInterface
public interface CatalogNames {
    /** Knows nothing. */
    CatalogNames NONE = file -> Optional.empty();

    /** The relation with these files; one that is there if there is one, else the best that is known. */
    Optional<CatalogRelation> find(RelFileLocator file);

    /**
     * Several as one: what is {@linkplain TupleState#LIVE live} in the newest source that knows it, else what the newest
     * knows of old.
     *
     * @param sources newest first
     */
    static CatalogNames newestOf(List<CatalogNames> sources) {
        List<CatalogNames> all = List.copyOf(sources);
        return file -> {
            Optional<CatalogRelation> former = Optional.empty();
            for (CatalogNames source : all) {
                Optional<CatalogRelation> found = source.find(file);
                if (found.isPresent() && found.get().state() == TupleState.LIVE) {
                    return found;
                }
                former = former.or(() -> found);
            }
            return former;
        };
    }
}
