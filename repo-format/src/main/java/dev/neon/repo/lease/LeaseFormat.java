package dev.neon.repo.lease;

import dev.neon.repo.Iso8601;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.FormatTooNewException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.Escape;
import dev.neon.repo.files.ProcessIdentity;
import dev.neon.repo.files.TextChecksum;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of a lease, UTF-8, one {@code key: value} a line.
 * <pre>
 * version: 1
 * points: 76cf9279915be7797095241638e64644 0/14A1B20 0/15ECF68   for each span: timeline, first and last point;
 *                                                                "end" for the last if it moves with the timeline
 * created: 2026-11-21T07:35:31Z
 * who: heikki@host                                  {@link Escape escaped}
 * reason: nightly export                            escaped
 * expires: 2026-11-22T07:35:31Z                     of a user's lease alone
 * process: 4711 host 8472 boot namespace            of an operation's alone: as a lock file names its owner
 * checksum: 1b2c77aa                                CRC-32C of the lines above, 8 hexadecimal digits
 * </pre>
 * Unknown keys are ignored.
 */
final class LeaseFormat {
    private static final int VERSION = 1;
    private static final String END = "end";
    private static final String CHECKSUM = "checksum: ";
    private static final String HINT = "If nobody needs what it was taken for, remove the file.";

    private LeaseFormat() {}

    static String format(Lease lease) {
        StringBuilder text = new StringBuilder();
        line(text, "version", Integer.toString(VERSION));
        for (Lease.Span span : lease.spans()) {
            line(text, "points", span.timeline().hex() + ' ' + span.from() + ' '
                    + (span.to().equals(Lsn.LAST) ? END : span.to().toString()));
        }
        line(text, "created", Iso8601.format(lease.created()));
        line(text, "who", Escape.escape(lease.who()));
        line(text, "reason", Escape.escape(lease.reason()));
        // No switch over types: the first one costs 8 ms of start-up.
        if (lease.holder() instanceof Lease.Holder.User user) {
            line(text, "expires", Iso8601.format(user.expires()));
        } else if (lease.holder() instanceof Lease.Holder.Operation operation) {
            line(text, "process", operation.process().toLine().strip());
        }
        return checked(text.toString());
    }

    /** Adds the line of the checksum. */
    static String checked(String text) {
        return text + CHECKSUM + checksum(text) + '\n';
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    private static String checksum(String text) {
        return TextChecksum.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @throws CorruptFileException  if it is not the content of a lease
     * @throws FormatTooNewException if a newer neon wrote it
     */
    static Lease parse(Path file, String id, String text) {
        int last = text.lastIndexOf(CHECKSUM);
        String checked = text.substring(0, Math.max(last, 0));
        String expected = CHECKSUM + checksum(checked) + '\n';
        if (last < 0 || !text.substring(last).equals(expected)) {
            throw new CorruptFileException(file, checked.getBytes(StandardCharsets.UTF_8).length,
                    "'" + expected.strip() + "'", "'" + Escape.escape(text.substring(Math.max(last, 0)).strip()) + "'", HINT);
        }
        try {
            return lease(file, id, checked);
        } catch (InvalidInputException | IllegalArgumentException | DateTimeException damaged) {
            throw new CorruptFileException(file, 0, "a lease", String.valueOf(damaged.getMessage()), HINT);
        }
    }

    private static Lease lease(Path file, String id, String text) {
        Map<String, String> values = new HashMap<>();
        List<Lease.Span> spans = new ArrayList<>();
        for (String line : text.split("\n")) {
            int colon = line.indexOf(": ");
            if (colon <= 0) {
                throw new InvalidInputException("invalid line '" + line + "'");
            }
            String value = line.substring(colon + 2);
            if (line.startsWith("points: ")) {
                spans.add(span(value));
            } else {
                values.put(line.substring(0, colon), value);
            }
        }
        int version = Integer.parseInt(required(values, "version"));
        if (version > VERSION) {
            throw new FormatTooNewException(file.toString(), version, VERSION);
        }
        return new Lease(id, holder(values), Escape.unescape(required(values, "reason")),
                Escape.unescape(required(values, "who")), Iso8601.parse(required(values, "created")), spans);
    }

    private static Lease.Holder holder(Map<String, String> values) {
        if (values.containsKey("process")) {
            return new Lease.Holder.Operation(ProcessIdentity.parse(required(values, "process") + "\n").orElseThrow(
                    () -> new InvalidInputException("invalid process '" + values.get("process") + "'")));
        }
        return new Lease.Holder.User(Iso8601.parse(required(values, "expires")));
    }

    private static Lease.Span span(String value) {
        String[] words = value.split(" ", -1);
        if (words.length != 3) {
            throw new InvalidInputException("invalid points '" + value + "'");
        }
        return new Lease.Span(new TimelineId(words[0]), Lsn.parse(words[1]),
                words[2].equals(END) ? Lsn.LAST : Lsn.parse(words[2]));
    }

    private static String required(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new InvalidInputException("missing line '" + key + "'");
        }
        return value;
    }
}
