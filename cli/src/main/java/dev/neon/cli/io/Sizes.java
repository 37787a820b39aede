package dev.neon.cli.io;

import java.util.Locale;

/** Amounts as people read them. */
public final class Sizes {
    private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Sizes() {}

    /** Bytes in PostgreSQL's units, a kB being 1024 bytes as in {@code pg_size_pretty}: {@code 812 B}, {@code 1.5 GB}. */
    public static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1023.95 && unit < BYTE_UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        String digits = unit == 0 ? Long.toString(bytes) : String.format(Locale.ROOT, "%.1f", amount);
        return digits + ' ' + BYTE_UNITS[unit];
    }

    /** So many of something: {@code 1 record}, {@code 2 records}. */
    public static String count(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** A duration by its two largest units: {@code 42 s}, {@code 3 min 20 s}, {@code 2 h 5 min}, {@code 3 d 4 h}. */
    public static String duration(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return two(seconds, 60, "min", 1, "s");
        }
        return seconds < 86_400 ? two(seconds, 3600, "h", 60, "min") : two(seconds, 86_400, "d", 3600, "h");
    }

    private static String two(long seconds, long large, String largeName, long small, String smallName) {
        long rest = seconds % large / small;
        return seconds / large + " " + largeName + (rest == 0 ? "" : " " + rest + ' ' + smallName);
    }
}
