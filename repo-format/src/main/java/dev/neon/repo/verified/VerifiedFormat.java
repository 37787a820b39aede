package dev.neon.repo.verified;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.TextChecksum;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code fsck/verified}, UTF-8, one {@code key: value} a line; the fields of a value are separated by blanks.
 * <pre>
 * version: 1
 * snapshot: &lt;timeline&gt; 0/15ECF68 2026-11-27T10:00:00Z 1b2c77aa 9f3c…      read, manifest's checksum, digest of its files
 * segment: &lt;timeline&gt; 000000010000000000000003 16777216 1795773600000000000 (dev=801,ino=4711) 2026-11-27T10:00:00Z \
 *          0/4000000 0/2FFFFA0 0/2FFFFE8 0/3FFFF10 0/3FFFF58
 *                                                     bytes, modified in ns, file key, read, verified to, then of the
 *                                                     seams before and after it: last record or -, next record
 * checksum: 1b2c77aa                                  CRC-32C of the lines above
 * </pre>
 * A file that is not exactly so, or of another version, counts as empty: all can be read again.
 */
final class VerifiedFormat {
    static final int VERSION = 1;
    private static final String NONE = "-";
    private static final String CHECKSUM = "checksum: ";
    private static final int LEAST_LINES = 2;

    private VerifiedFormat() {}

    static byte[] format(Verified verified) {
        StringBuilder text = new StringBuilder("version: ").append(VERSION).append('\n');
        verified.snapshots().forEach((key, snapshot) -> line(text, "snapshot", key.timeline().hex(), key.lsn().toString(),
                snapshot.read().toString(), snapshot.manifest(), snapshot.files()));
        verified.segments().forEach((key, segment) -> line(text, "segment", key.timeline().hex(), key.name(),
                Long.toString(segment.file().bytes()), Long.toString(segment.file().modified()), segment.file().key(),
                segment.read().toString(), segment.to().toString(), format(segment.before()), format(segment.after())));
        return text.append(checksum(text.toString())).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder text, String key, String... fields) {
        text.append(key).append(": ").append(String.join(" ", fields)).append('\n');
    }

    private static String format(Seam seam) {
        return seam.last().map(Lsn::toString).orElse(NONE) + ' ' + seam.next();
    }

    private static String checksum(String lines) {
        return CHECKSUM + TextChecksum.of(lines.getBytes(StandardCharsets.UTF_8)) + '\n';
    }

    /** @throws InvalidInputException if it is damaged or of another version; the message is the rest of a sentence */
    static Verified parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int last = text.lastIndexOf(CHECKSUM);
        // Bytes that are no UTF-8 would read as if they were the replacement character.
        if (last < 0 || !text.substring(last).equals(checksum(text.substring(0, last)))
                || text.getBytes(StandardCharsets.UTF_8).length != bytes.length) {
            throw new InvalidInputException("is damaged");
        }
        String[] lines = text.substring(0, last).split("\n", -1);
        if (lines.length < LEAST_LINES || !lines[0].equals("version: " + VERSION)) {
            throw new InvalidInputException("is of another version");
        }
        Map<VerifiedSnapshot.Key, VerifiedSnapshot> snapshots = new LinkedHashMap<>();
        Map<VerifiedSegment.Key, VerifiedSegment> segments = new LinkedHashMap<>();
        try {
            for (int i = 1; i < lines.length - 1; i++) {
                String[] words = lines[i].split(" ", -1);
                switch (words[0]) {
                    case "snapshot:" -> snapshots.put(
                            new VerifiedSnapshot.Key(new TimelineId(words[1]), Lsn.parse(words[2])),
                            new VerifiedSnapshot(Instant.parse(words[3]), words[4], words[5]));
                    case "segment:" -> segments.put(new VerifiedSegment.Key(new TimelineId(words[1]), words[2]),
                            segment(words));
                    default -> throw new InvalidInputException("is damaged");
                }
            }
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException | DateTimeException damaged) {
            throw new InvalidInputException("is damaged");
        }
        return new Verified(snapshots, segments);
    }

    private static VerifiedSegment segment(String[] words) {
        return new VerifiedSegment(new FileStamp(Long.parseLong(words[3]), Long.parseLong(words[4]), words[5]),
                Instant.parse(words[6]), Lsn.parse(words[7]), seam(words[8], words[9]), seam(words[10], words[11]));
    }

    private static Seam seam(String last, String next) {
        return new Seam(last.equals(NONE) ? Optional.empty() : Optional.of(Lsn.parse(last)), Lsn.parse(next));
    }
}
