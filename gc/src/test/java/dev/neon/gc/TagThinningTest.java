package dev.neon.gc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.gc.TagThinning.Dated;
import dev.neon.gc.TagThinning.Decision;
import dev.neon.gc.TagThinning.Period;
import dev.neon.gc.TagThinning.Policy;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagThinningTest {
    /** Names of periods, which a model can compare as text; from Java's own patterns. */
    private static final Map<Period, DateTimeFormatter> NAMES = Map.of(
            Period.HOURLY, DateTimeFormatter.ofPattern("uuuu-MM-dd HH"),
            Period.DAILY, DateTimeFormatter.ofPattern("uuuu-MM-dd"),
            Period.WEEKLY, DateTimeFormatter.ofPattern("YYYY-'W'ww", Locale.GERMANY),
            Period.MONTHLY, DateTimeFormatter.ofPattern("uuuu-MM"),
            Period.YEARLY, DateTimeFormatter.ofPattern("uuuu"));

    @TempDir
    Path directory;

    /** A day's tags at 00:00 and 12:00, as in restic's documentation of forget. */
    @Test
    void keepsAsResticDoes() {
        List<Dated> tags = IntStream.range(0, 10).mapToObj(i -> tag(i, Instant.parse("2026-11-20T00:00:00Z")
                .plus(Duration.ofHours(12L * i)))).toList();
        assertEquals(List.of("last, daily", "", "daily", "", "", "", "", "", "", ""),
                reasons(tags, new Policy(Map.of(Period.LAST, 1, Period.DAILY, 2), Optional.empty())));
        assertEquals(List.of("monthly", "", "", "", "", "", "", "", "", "oldest monthly"),
                reasons(tags, new Policy(Map.of(Period.MONTHLY, 2), Optional.empty())));
        assertEquals(List.of("daily", "", "daily", "", "daily", "", "daily", "", "daily", "oldest daily"),
                reasons(tags, new Policy(Map.of(Period.DAILY, TagThinning.UNLIMITED), Optional.empty())));
        assertEquals(List.of("within 1d", "within 1d", "", "", "", "", "", "", "", ""),
                reasons(tags, new Policy(Map.of(), Optional.of(Duration.ofDays(1)))));
    }

    @Test
    void theZoneDecidesWhereADayBegins() {
        List<Dated> tags = List.of(tag(0, Instant.parse("2026-11-20T22:30:00Z")), tag(1, Instant.parse("2026-11-20T23:30:00Z")),
                tag(2, Instant.parse("2026-11-21T08:00:00Z")));
        Policy policy = new Policy(Map.of(Period.DAILY, 2), Optional.empty());
        assertEquals(List.of("t2", "t1"), kept(TagThinning.decide(tags, policy, ZoneOffset.UTC)));
        assertEquals(List.of("t2", "t0"), kept(TagThinning.decide(tags, policy, ZoneId.of("Europe/Berlin"))));
    }

    @Test
    void refusesWhatWouldKeepNothing() {
        assertThrows(IllegalArgumentException.class,
                () -> TagThinning.decide(List.of(), new Policy(Map.of(), Optional.empty()), ZoneOffset.UTC));
        assertThrows(InvalidInputException.class, () -> new Policy(Map.of(Period.DAILY, 0), Optional.empty()));
        assertThrows(InvalidInputException.class, () -> new Policy(Map.of(), Optional.of(Duration.ZERO)));
    }

    @Test
    void asANaiveModelDoes() {
        long seed = System.nanoTime();
        System.out.println("TagThinningTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 3000; round++) {
            List<Dated> tags = new ArrayList<>();
            long spread = 1L << 8 + random.nextInt(20);
            for (int i = random.nextInt(40); i > 0; i--) {
                tags.add(tag(i, Instant.parse("2024-12-30T00:00:00Z").plusSeconds(random.nextLong(spread))));
            }
            Map<Period, Integer> counts = new EnumMap<>(Period.class);
            for (Period period : Period.values()) {
                if (random.nextInt(3) == 0) {
                    counts.put(period, random.nextInt(8) == 0 ? TagThinning.UNLIMITED : 1 + random.nextInt(6));
                }
            }
            Policy policy = new Policy(counts, random.nextInt(3) == 0 || counts.isEmpty()
                    ? Optional.of(Duration.ofSeconds(1 + random.nextLong(spread))) : Optional.empty());
            ZoneId zone = random.nextBoolean() ? ZoneOffset.UTC : ZoneId.of("Asia/Kolkata");
            List<Decision> decisions = TagThinning.decide(tags, policy, zone);
            assertEquals(tags.size(), decisions.size());
            assertEquals(model(tags, policy, zone), Set.copyOf(kept(decisions)),
                    () -> "seed " + seed + ": " + policy + " of " + tags);
            assertTrue(tags.isEmpty() || decisions.getFirst().isKept());
        }
    }

    /** The newest of each of the first n periods, and the oldest tag if there are fewer. */
    private static Set<String> model(List<Dated> tags, Policy policy, ZoneId zone) {
        List<Dated> newestFirst = tags.stream().sorted(Comparator.comparing(Dated::time).reversed()
                .thenComparing(Dated::tag)).toList();
        Set<String> kept = new HashSet<>();
        policy.counts().forEach((period, count) -> {
            Map<String, Dated> firsts = new LinkedHashMap<>();
            for (Dated tag : newestFirst) {
                firsts.putIfAbsent(period == Period.LAST ? tag.tag().full() : NAMES.get(period).format(tag.time().atZone(zone)),
                        tag);
            }
            int most = count == TagThinning.UNLIMITED ? Integer.MAX_VALUE : count;
            firsts.values().stream().limit(most).forEach(tag -> kept.add(tag.tag().shortName()));
            if (firsts.size() < most && !tags.isEmpty()) {
                kept.add(newestFirst.getLast().tag().shortName());
            }
        });
        policy.within().ifPresent(within -> newestFirst.stream().filter(tag ->
                Duration.between(tag.time(), newestFirst.getFirst().time()).compareTo(within) < 0)
                .forEach(tag -> kept.add(tag.tag().shortName())));
        return kept;
    }

    @Test
    void thinsEachSeriesOfARepositoryForItself() {
        TestHistory history = new TestHistory(directory);
        for (String name : List.of("auto/main/1", "auto/main/2", "auto/side/1", "v1")) {
            history.repository().refs().begin("test").create(RefName.tag(name), new RefTarget.Point(TestHistory.MAIN,
                    new Lsn(0x3000), Optional.empty(), Optional.of(history.now()), Optional.empty())).commit();
            history.sleep(Duration.ofHours(1));
        }
        history.repository().refs().begin("test").create(RefName.tag("auto/main/0"),
                RefTarget.Point.of(TestHistory.MAIN, new Lsn(0x2000))).commit();
        history.repository().config().set("gc.keepLast", "1");
        Policy policy = Policy.of(history.repository().config());
        ThinnedTags tags = new ThinnedTags(history.repository());
        List<ThinnedTags.Series> series = tags.decide(List.of(), policy);
        assertEquals(List.of("auto/main", "auto/side"), series.stream().map(ThinnedTags.Series::name).toList());
        assertEquals(List.of("last", "", "no date"), series.getFirst().decisions().stream()
                .map(decision -> String.join(", ", decision.reasons())).toList());
        tags.delete(series);
        assertEquals(Set.of("auto/main/0", "auto/main/2", "auto/side/1", "v1"), history.repository().refs()
                .list(RefName.Kind.TAG).keySet().stream().map(RefName::shortName).collect(Collectors.toSet()));
        assertEquals("tag --thin", history.repository().log().read().getFirst().command());
        int operations = history.repository().log().read().size();
        tags.delete(tags.decide(List.of("*"), policy));
        assertEquals(operations, history.repository().log().read().size(), "there is nothing left to delete");
        assertEquals(List.of(""), tags.decide(List.of("v?"), policy).stream().map(ThinnedTags.Series::name).toList());
        assertEquals(List.of(), tags.decide(List.of("v"), policy));
    }

    @Test
    void theConfigurationSaysWhatToKeep() {
        TestHistory history = new TestHistory(directory);
        assertTrue(Policy.of(history.repository().config()).isEmpty());
        history.repository().config().set("gc.keepDaily", "7");
        history.repository().config().set("gc.keepYearly", "unlimited");
        history.repository().config().set("gc.keepWithin", "2d");
        Policy policy = Policy.of(history.repository().config());
        assertFalse(policy.isEmpty());
        assertEquals(new Policy(Map.of(Period.DAILY, 7, Period.YEARLY, TagThinning.UNLIMITED),
                Optional.of(Duration.ofDays(2))), policy);
        history.repository().config().set("gc.keepDaily", "0");
        assertThrows(InvalidInputException.class, () -> Policy.of(history.repository().config()));
    }

    private static Dated tag(int number, Instant time) {
        return new Dated(RefName.tag("t" + number), time);
    }

    private static List<String> reasons(List<Dated> tags, Policy policy) {
        return TagThinning.decide(tags, policy, ZoneOffset.UTC).stream()
                .map(decision -> String.join(", ", decision.reasons())).toList();
    }

    private static List<String> kept(List<Decision> decisions) {
        Stream<Decision> kept = decisions.stream().filter(Decision::isKept);
        return kept.map(decision -> decision.tag().tag().shortName()).toList();
    }
}
