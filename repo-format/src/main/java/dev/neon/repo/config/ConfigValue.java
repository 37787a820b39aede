package dev.neon.repo.config;

import dev.neon.repo.error.InvalidInputException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The meanings of a value's text. */
final class ConfigValue {
    private static final Pattern NUMBER = Pattern.compile("([+-]?\\d{1,18})\\s*([A-Za-z]*)");

    private ConfigValue() {}

    static boolean parseBoolean(String key, String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0", "" -> false;
            default -> throw invalid(key, text, "true or false");
        };
    }

    static int parseInt(String key, String text) {
        return scaled(text, ConfigValue::gitUnit).filter(value -> value == value.intValue()).map(Long::intValue)
                .orElseThrow(() -> invalid(key, text, "a number, for example 100"));
    }

    static long parseBytes(String key, String text) {
        return scaled(text, ConfigValue::byteUnit).filter(value -> value >= 0)
                .orElseThrow(() -> invalid(key, text, "a size, for example 16MB or 1GB"));
    }

    static Duration parseDuration(String key, String text) {
        return scaled(text, ConfigValue::timeUnit).filter(value -> value >= 0).map(Duration::ofSeconds)
                .orElseThrow(() -> invalid(key, text, "a time, for example 30min, 12h or 7d"));
    }

    private interface Unit {
        /** What one of the unit is worth, or 0 if there is no such unit. */
        long of(String name);
    }

    private static Optional<Long> scaled(String text, Unit unit) {
        Matcher matcher = NUMBER.matcher(text.strip());
        if (!matcher.matches() || unit.of(matcher.group(2)) == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit.of(matcher.group(2))));
        } catch (ArithmeticException tooLarge) {
            return Optional.empty();
        }
    }

    private static long gitUnit(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "" -> 1;
            case "k" -> 1L << 10;
            case "m" -> 1L << 20;
            case "g" -> 1L << 30;
            default -> 0;
        };
    }

    private static long byteUnit(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1;
            case "k", "kb" -> 1L << 10;
            case "m", "mb" -> 1L << 20;
            case "g", "gb" -> 1L << 30;
            case "t", "tb" -> 1L << 40;
            default -> 0;
        };
    }

    private static long timeUnit(String name) {
        return switch (name) {
            case "", "s" -> 1;
            case "min" -> 60;
            case "h" -> 3600;
            case "d" -> 24 * 3600;
            case "w" -> 7 * 24 * 3600;
            default -> 0;
        };
    }

    private static InvalidInputException invalid(String key, String text, String wanted) {
        return new InvalidInputException("invalid value '" + text + "' of '" + key + "'",
                "The value is " + wanted + ".");
    }
}
