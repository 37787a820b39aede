package dev.neon.wal;

import dev.neon.repo.Lsn;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The name of a WAL segment: 24 upper-case hexadecimal digits, 8 of PostgreSQL's timeline number, then the segment's
 * number as two halves, {@code number / (4 GiB / size)} and {@code number % (4 GiB / size)}
 * ({@code REL_17 xlog_internal.h XLogFileName}).
 *
 * @param timeline    PostgreSQL's timeline number
 * @param number      0 for the segment that begins at 0/0
 * @param segmentSize bytes, a power of two from 1 MiB to 1 GiB
 */
public record SegmentName(int timeline, long number, int segmentSize) {
    private static final int DIGITS = 24;
    private static final HexFormat UPPER = HexFormat.of().withUpperCase();

    /** The segment that holds the byte at {@code lsn}; a position on a boundary belongs to the later segment. */
    public static SegmentName containing(Lsn lsn, int timeline, int segmentSize) {
        return new SegmentName(timeline, Long.divideUnsigned(lsn.value(), segmentSize), segmentSize);
    }

    /** Reads a file's name; empty if it is anything else, a {@code .partial} or {@code .history} file included. */
    public static Optional<SegmentName> parse(String name, int segmentSize) {
        if (name.length() != DIGITS || !name.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        long perId = perId(segmentSize);
        long low = HexFormat.fromHexDigitsToLong(name, 16, 24);
        if (low >= perId) {
            return Optional.empty();
        }
        long high = HexFormat.fromHexDigitsToLong(name, 8, 16);
        return Optional.of(new SegmentName(HexFormat.fromHexDigits(name, 0, 8), high * perId + low, segmentSize));
    }

    /** The file in which PostgreSQL keeps the ancestors of its timeline ({@code REL_17 xlog_internal.h TLHistoryFileName}). */
    public static String historyFile(int timeline) {
        return UPPER.toHexDigits(timeline) + ".history";
    }

    private static long perId(int segmentSize) {
        return (1L << 32) / segmentSize;
    }

    /** The position of the segment's first byte. */
    public Lsn start() {
        return new Lsn(number * segmentSize);
    }

    /** The position after the segment's last byte. */
    public Lsn end() {
        return new Lsn((number + 1) * segmentSize);
    }

    /** The file's name. */
    @Override
    public String toString() {
        return UPPER.toHexDigits(timeline) + UPPER.toHexDigits((int) (number / perId(segmentSize)))
                + UPPER.toHexDigits((int) (number % perId(segmentSize)));
    }
}
