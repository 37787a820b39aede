package dev.neon.repo.revision;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time in a person's words. Words are read as git reads them, written dates as PostgreSQL reads them.
 * <pre>
 * time     := date [time-of-day] [zone]      2026-11-20 10:00, 2026-11-20T10:00:00.123456Z
 *           | '@' seconds                    since 1970
 *           | day [time-of-day] | time-of-day [day]
 *           | (number unit)+ ['ago' [time-of-day]]
 * date     := yyyy-mm-dd                     alone its midnight
 * zone     := Z | +hh[:mm] | a name          Europe/Berlin; the user's if left out
 * day      := now | today | yesterday | ['last'] weekday     at this time of day if none is given
 * unit     := second … year                  number may be a word up to ten; blanks may be dots: 1.week.ago
 * time-of-day := hh:mm[:ss[.ffffff]] | noon | midnight
 * </pre>
 * JGit's parser of git's times does not serve: it reads no date with hours and minutes alone, no zone names, and takes
 * no time zone or clock but the process's own. Git's own takes any text for a time, {@code foo} for now; here, what is
 * no time may be the name of a restore point.
 */
public final class TimeExpression {
    private static final String CLOCK = "(\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?)";
    private static final Pattern DATE = Pattern.compile(
            "(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:(?:[T_.]|\\s+)" + CLOCK + ")?\\s*(\\p{Alpha}[\\w/+-]*|[+-]\\d[\\d:]*)?");
    private static final Pattern EPOCH = Pattern.compile("@(\\d{1,11})(?:\\.(\\d{1,9}))?");
    private static final Pattern WORD = Pattern.compile("\\G[\\s._,-]*(?:" + CLOCK + "|(\\d{1,6})|(\\p{Alpha}+))");

    private final ZonedDateTime now;
    private ZonedDateTime at;
    private boolean isOffset;
    private boolean isDay;
    private boolean isTimeOfDay;
    private boolean isComplete;
    /** A number that waits for its unit; -1 for none. */
    private int number = -1;

    private TimeExpression(ZonedDateTime now) {
        this.now = now;
        this.at = now;
    }

    /** The time that is meant; empty if the text is no time. */
    public static Optional<Instant> parse(String text, Instant now, ZoneId zone) {
        try {
            Matcher date = DATE.matcher(text);
            if (date.matches()) {
                return Optional.of(date(date, zone));
            }
            Matcher epoch = EPOCH.matcher(text);
            if (epoch.matches()) {
                return Optional.of(Instant.ofEpochSecond(Long.parseLong(epoch.group(1)),
                        epoch.group(2) == null ? 0 : nanos(epoch.group(2))));
            }
            return new TimeExpression(now.atZone(zone)).words(text.toLowerCase(Locale.ROOT));
        } catch (DateTimeException impossible) {
            return Optional.empty();
        }
    }

    private static Instant date(Matcher date, ZoneId zone) {
        LocalDate day = LocalDate.of(Integer.parseInt(date.group(1)), Integer.parseInt(date.group(2)),
                Integer.parseInt(date.group(3)));
        LocalTime time = date.group(4) == null ? LocalTime.MIDNIGHT : clock(date.group(4));
        return LocalDateTime.of(day, time).atZone(date.group(5) == null ? zone : zone(date.group(5))).toInstant();
    }

    private static ZoneId zone(String text) {
        // PostgreSQL writes an offset of whole hours with two digits, which ZoneOffset reads as well.
        return text.equalsIgnoreCase("z") || text.equalsIgnoreCase("utc") ? ZoneOffset.UTC : ZoneId.of(text);
    }

    private static LocalTime clock(String text) {
        String[] parts = text.split("[:.,]");
        return LocalTime.of(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]),
                parts.length > 2 ? Integer.parseInt(parts[2]) : 0, parts.length > 3 ? nanos(parts[3]) : 0);
    }

    private static int nanos(String fraction) {
        return Integer.parseInt((fraction + "00000000").substring(0, 9));
    }

    private Optional<Instant> words(String text) {
        Matcher words = WORD.matcher(text);
        int end = 0;
        while (words.find()) {
            boolean fits = words.group(1) != null ? timeOfDay(clock(words.group(1)))
                    : words.group(2) != null ? number(Integer.parseInt(words.group(2))) : word(words.group(3));
            if (!fits) {
                return Optional.empty();
            }
            end = words.end();
        }
        boolean isTime = end == text.length() && number < 0 && (isOffset || isDay || isTimeOfDay);
        return isTime ? Optional.of(at.toInstant()) : Optional.empty();
    }

    private boolean word(String word) {
        return switch (word) {
            case "now", "today" -> day(now);
            case "yesterday" -> day(now.minusDays(1));
            case "noon" -> noon();
            case "midnight" -> timeOfDay(LocalTime.MIDNIGHT);
            case "ago" -> ago();
            case "last", "a", "an", "one" -> number(1);
            case "two" -> number(2);
            case "three" -> number(3);
            case "four" -> number(4);
            case "five" -> number(5);
            case "six" -> number(6);
            case "seven" -> number(7);
            case "eight" -> number(8);
            case "nine" -> number(9);
            case "ten" -> number(10);
            default -> number >= 0 && unit(word) || weekday(word);
        };
    }

    private boolean unit(String word) {
        if (isDay || isTimeOfDay || isComplete) {
            return false;
        }
        int count = number;
        switch (word) {
            case "second", "seconds", "sec", "secs" -> at = at.minusSeconds(count);
            case "minute", "minutes", "min", "mins" -> at = at.minusMinutes(count);
            case "hour", "hours", "hr", "hrs" -> at = at.minusHours(count);
            case "day", "days" -> at = at.minusDays(count);
            case "week", "weeks" -> at = at.minusWeeks(count);
            case "month", "months" -> at = at.minusMonths(count);
            case "year", "years" -> at = at.minusYears(count);
            default -> {
                return false;
            }
        }
        number = -1;
        isOffset = true;
        return true;
    }

    /** The last one before today; {@code last friday} is the same day as {@code friday}. */
    private boolean weekday(String word) {
        for (DayOfWeek weekday : DayOfWeek.values()) {
            String name = weekday.name().toLowerCase(Locale.ROOT);
            if ((word.equals(name) || word.equals(name.substring(0, 3))) && (number == -1 || number == 1)) {
                number = -1;
                return day(now.with(TemporalAdjusters.previous(weekday)));
            }
        }
        return false;
    }

    private boolean day(ZonedDateTime day) {
        if (isDay || isOffset || number >= 0) {
            return false;
        }
        at = isTimeOfDay ? day.with(at.toLocalTime()) : day;
        isDay = true;
        return true;
    }

    private boolean number(int value) {
        boolean fits = number < 0;
        number = value;
        return fits;
    }

    private boolean ago() {
        boolean fits = isOffset && !isComplete && number < 0;
        isComplete = true;
        return fits;
    }

    /** Alone the last one that has been, as git has it. */
    private boolean noon() {
        boolean isAlone = !isDay && !isOffset;
        if (!timeOfDay(LocalTime.NOON)) {
            return false;
        }
        if (isAlone && at.isAfter(now)) {
            at = at.minusDays(1);
        }
        return true;
    }

    private boolean timeOfDay(LocalTime time) {
        if (isTimeOfDay || number >= 0 || isOffset && !isComplete) {
            return false;
        }
        at = at.with(time);
        isTimeOfDay = true;
        return true;
    }
}
