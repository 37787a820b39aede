package dev.neon.gc;

import dev.neon.gc.TagThinning.Dated;
import dev.neon.gc.TagThinning.Decision;
import dev.neon.gc.TagThinning.Policy;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A repository's tags as {@link TagThinning} has them: in series, all below one name being one. */
public final class ThinnedTags {
    /** The tags that {@code neon tag --auto} makes. */
    public static final String AUTOMATIC = "auto/*";

    private final Repository repository;

    public ThinnedTags(Repository repository) {
        this.repository = repository;
    }

    /**
     * A series of tags.
     *
     * @param name      what its tags' names begin with, without the last slash; empty for tags without one
     * @param decisions the newest first; a tag without a date comes last and stays
     */
    public record Series(String name, List<Decision> decisions) {
        public Series {
            decisions = List.copyOf(decisions);
        }
    }

    /**
     * Decides about all tags that match.
     *
     * @param patterns with {@code *} for any text, slashes too, and {@code ?} for any character; {@link #AUTOMATIC} if empty
     * @param policy   not empty
     * @return by name; hours and days are those of the zone of the repository's clock
     */
    public List<Series> decide(List<String> patterns, Policy policy) {
        List<Pattern> wanted = (patterns.isEmpty() ? List.of(AUTOMATIC) : patterns).stream().map(ThinnedTags::pattern).toList();
        SortedMap<String, List<Dated>> series = new TreeMap<>();
        SortedMap<String, List<Decision>> undated = new TreeMap<>();
        repository.refs().list(RefName.Kind.TAG).forEach((tag, target) -> {
            if (wanted.stream().anyMatch(pattern -> pattern.matcher(tag.shortName()).matches())) {
                String name = tag.shortName().substring(0, Math.max(0, tag.shortName().lastIndexOf('/')));
                List<Dated> dated = series.computeIfAbsent(name, _ -> new ArrayList<>());
                date(target).ifPresentOrElse(date -> dated.add(new Dated(tag, date)),
                        () -> undated.computeIfAbsent(name, _ -> new ArrayList<>()).add(new Decision(
                                new Dated(tag, Instant.EPOCH), List.of("no date"))));
            }
        });
        List<Series> decided = new ArrayList<>();
        series.forEach((name, tags) -> {
            List<Decision> decisions = new ArrayList<>(TagThinning.decide(tags, policy,
                    repository.context().clock().getZone()));
            decisions.addAll(undated.getOrDefault(name, List.of()));
            decided.add(new Series(name, decisions));
        });
        return decided;
    }

    /**
     * Deletes the tags that are not kept, as one operation. What they named stays until the operation log lets go of it.
     *
     * @throws dev.neon.repo.error.ConflictException if one is moved at the same moment; then all stay
     */
    public void delete(List<Series> series) {
        SortedMap<RefName, RefTarget> tags = repository.refs().list(RefName.Kind.TAG);
        RefTransaction transaction = repository.refs().begin("tag --thin");
        for (Series each : series) {
            for (Decision decision : each.decisions()) {
                Optional<RefTarget> target = Optional.ofNullable(tags.get(decision.tag().tag()));
                // One that has gone is no loss; one that was moved has another date.
                if (!decision.isKept() && target.flatMap(ThinnedTags::date).filter(decision.tag().time()::equals).isPresent()) {
                    transaction.delete(decision.tag().tag(), target.get());
                }
            }
        }
        transaction.commit();
    }

    private static Optional<Instant> date(RefTarget target) {
        return target instanceof RefTarget.Point point ? point.date() : Optional.empty();
    }

    private static Pattern pattern(String glob) {
        StringBuilder pattern = new StringBuilder();
        for (char c : glob.toCharArray()) {
            pattern.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(pattern.toString());
    }
}
