package dev.neon.catalog;

import dev.neon.repo.RelFileLocator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Several sources as one.
 *
 * @param sources newest first
 */
record NewestSaid(List<CatalogNames> sources) implements CatalogNames {
    NewestSaid {
        sources = List.copyOf(sources);
    }

    @Override
    public Optional<CatalogRelation> find(RelFileLocator file) {
        Optional<CatalogRelation> former = Optional.empty();
        for (CatalogNames source : sources) {
            Optional<CatalogRelation> found = source.find(file);
            if (found.isPresent() && found.get().state() == TupleState.LIVE) {
                return found;
            }
            former = former.or(() -> found);
        }
        return former;
    }

    @Override
    public Stream<CatalogRelation> relations() {
        return sources.stream().flatMap(CatalogNames::relations);
    }
}
