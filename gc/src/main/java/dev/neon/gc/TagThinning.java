package dev.neon.gc;

import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.RefName;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which of a series of tags stay, decided as restic's {@code forget} does ({@code internal/data/snapshot_policy.go
 * ApplyPolicy}): the tags are gone through from the newest to the oldest, and of each hour, day, … the newest is kept, for as
 * many hours, days, … as are asked for; those without a tag do not count. The oldest of all fills a count that is not
 * used up. Reads and changes nothing.
 */
public final class TagThinning {
    /** Counts that are never used up. */
    public static final int UNLIMITED = -1;

    private TagThinning() {}

    /** What tags are counted by. */
    public enum Period {
        LAST("keepLast"), HOURLY("keepHourly"), DAILY("keepDaily"), WEEKLY("keepWeekly"), MONTHLY("keepMonthly"),
        YEARLY("keepYearly");

        private final String key;

        Period(String key) {
            this.key = key;
        }

        /** The same for all times of one period; {@code number} counts the tags. */
        private long bucket(ZonedDateTime time, int number) {
            return switch (this) {
                case LAST -> number;
                case HOURLY -> time.toLocalDate().toEpochDay() * 24 + time.getHour();
                case DAILY -> time.toLocalDate().toEpochDay();
                case WEEKLY -> time.get(IsoFields.WEEK_BASED_YEAR) * 100L + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
                case MONTHLY -> time.getYear() * 12L + time.getMonthValue();
                case YEARLY -> time.getYear();
            };
        }

        /** The word of a reason: {@code daily}. */
        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is to be kept.
     *
     * @param counts of each period, 1 or more, or {@link #UNLIMITED}
     * @param within all that are younger than the newest by less than this
     */
    public record Policy(Map<Period, Integer> counts, Optional<Duration> within) {
        private static final String WITHIN = "gc.keepWithin";

        /** @throws InvalidInputException if a count or the time is none */
        public Policy {
            counts.forEach((period, count) -> {
                if (count < 1 && count != UNLIMITED) {
                    throw new InvalidInputException("invalid number " + count + " of " + period.word() + " tags to keep",
                            "It is 1 or more, or 'unlimited'.");
                }
            });
            if (within.filter(time -> time.isZero() || time.isNegative()).isPresent()) {
                throw new InvalidInputException("invalid time within which tags are kept", "It is longer than none, as 7d.");
            }
            counts = Map.copyOf(counts);
        }

        /**
         * What {@code gc.keepLast}, {@code gc.keepHourly}, … and {@code gc.keepWithin} say.
         *
         * @throws InvalidInputException if one of them is no number or time
         */
        public static Policy of(RepositoryConfig config) {
            Map<Period, Integer> counts = new EnumMap<>(Period.class);
            for (Period period : Period.values()) {
                config.get("gc." + period.key).ifPresent(text -> counts.put(period,
                        text.equals("unlimited") ? UNLIMITED : config.getInt("gc." + period.key, 0)));
            }
            return new Policy(counts, config.getDuration(WITHIN));
        }

        /** Whether it keeps nothing. */
        public boolean isEmpty() {
            return counts.isEmpty() && within.isEmpty();
        }
    }

    /** A tag of the series, and the time that it counts with. */
    public record Dated(RefName tag, Instant time) {}

    /**
     * What becomes of a tag.
     *
     * @param reasons why it stays: {@code last}, {@code daily}, {@code oldest yearly}, {@code within 7d}; empty if it goes
     */
    public record Decision(Dated tag, List<String> reasons) {
        public Decision {
            reasons = List.copyOf(reasons);
        }

        public boolean isKept() {
            return !reasons.isEmpty();
        }
    }

    /**
     * Decides.
     *
     * @param tags of one series, in any order
     * @param zone in which hours and days begin
     * @return the newest first; of the same time, by name
     * @throws IllegalArgumentException if the policy is empty, which would remove all
     */
    public static List<Decision> decide(List<Dated> tags, Policy policy, ZoneId zone) {
        if (policy.isEmpty()) {
            throw new IllegalArgumentException("nothing says what to keep");
        }
        List<Dated> sorted = new ArrayList<>(tags);
        sorted.sort(Comparator.comparing(Dated::time).reversed().thenComparing(Dated::tag));
        Map<Period, Integer> left = new EnumMap<>(Period.class);
        left.putAll(policy.counts());
        Map<Period, Long> last = new EnumMap<>(Period.class);
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            Dated tag = sorted.get(i);
            List<String> reasons = new ArrayList<>();
            Instant newest = sorted.getFirst().time();
            policy.within().filter(within -> tag.time().isAfter(newest.minus(within)))
                    .ifPresent(within -> reasons.add("within " + text(within)));
            for (Map.Entry<Period, Integer> each : left.entrySet()) {
                Period period = each.getKey();
                long bucket = period.bucket(tag.time().atZone(zone), i);
                boolean isNew = !Long.valueOf(bucket).equals(last.get(period));
                if (each.getValue() != 0 && (isNew || i == sorted.size() - 1)) {
                    reasons.add((isNew ? "" : "oldest ") + period.word());
                    last.put(period, bucket);
                    each.setValue(each.getValue() == UNLIMITED ? UNLIMITED : each.getValue() - 1);
                }
            }
            decisions.add(new Decision(tag, reasons));
        }
        return decisions;
    }

    private static String text(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds + "s";
    }
}
