package dev.neon.repo.timeline;

import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Iso8601;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.Escape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code timelines/<id>/history}, UTF-8: what identifies the timeline, one {@code key: value} a line, then its
 * ancestors, nearest last, in the shape of PostgreSQL's history files ({@code REL_17 timeline.c writeTimeLineHistory}).
 * <pre>
 * id: 76cf9279915be7797095241638e64644
 * owner: 0f9a…                              the repository that may write it
 * created: 2026-11-21T07:35:31Z             ISO 8601
 * postgres: 18                              major version
 * system-identifier: 7437…                  decimal, unsigned
 * segment-size: 16777216                    bytes
 * checksums: on                             or off
 * wal-timeline: 1                           PostgreSQL's own timeline number
 * purpose: read-only                        optional, escaped
 * &lt;ancestor-id>\t0/15ECF68\t&lt;reason>        reason escaped
 * </pre>
 * Unknown keys are ignored. The first draft has no keys, ancestors as {@code <ancestor-id>@<lsn>}, or an empty or
 * missing file.
 */
final class HistoryFormat {
    private static final int SMALLEST_SEGMENT = 1 << 20;
    private static final int LARGEST_SEGMENT = 1 << 30;

    private HistoryFormat() {}

    static String format(TimelineHistory history) {
        StringBuilder text = new StringBuilder();
        line(text, "id", history.id().hex());
        history.owner().ifPresent(owner -> line(text, "owner", owner.hex()));
        history.created().ifPresent(created -> line(text, "created", Iso8601.format(created)));
        history.cluster().ifPresent(cluster -> {
            line(text, "postgres", Integer.toString(cluster.major()));
            line(text, "system-identifier", Long.toUnsignedString(cluster.systemIdentifier()));
            line(text, "segment-size", Integer.toString(cluster.segmentSize()));
            line(text, "checksums", cluster.checksums() ? "on" : "off");
            line(text, "wal-timeline", Integer.toUnsignedString(cluster.walTimeline()));
        });
        history.purpose().ifPresent(purpose -> line(text, "purpose", Escape.escape(purpose)));
        for (Ancestor ancestor : history.ancestors()) {
            text.append(ancestor.timeline()).append('\t').append(ancestor.forkPoint()).append('\t')
                    .append(Escape.escape(ancestor.reason())).append('\n');
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    /**
     * @param id the timeline whose directory the file stands in
     * @throws CorruptFileException if a line has no known form, the file is another timeline's, or is empty where it is not
     *                              the first draft's: it would say that the timeline was forked from nothing
     */
    static TimelineHistory parse(Path file, TimelineId id, String text) {
        Map<String, String> header = new HashMap<>();
        List<Ancestor> ancestors = new ArrayList<>();
        for (int begin = 0; begin <= text.length(); ) {
            int end = text.indexOf('\n', begin) < 0 ? text.length() : text.indexOf('\n', begin);
            String line = text.substring(begin, end);
            try {
                parseLine(line, header, ancestors);
            } catch (InvalidInputException damaged) {
                throw corrupt(file, text.substring(0, begin).getBytes(StandardCharsets.UTF_8).length,
                        "'key: value' or '<ancestor-id> <lsn> <reason>'", line);
            }
            begin = end + 1;
        }
        String found = header.getOrDefault("id", id.isOfDraft() ? id.hex() : "");
        if (!id.hex().equals(found)) {
            throw corrupt(file, 0, "id '" + id + "'", found);
        }
        try {
            return new TimelineHistory(id, value(header, "owner").map(RepositoryId::new), cluster(header),
                    value(header, "created").map(Iso8601::parse), value(header, "purpose").map(Escape::unescape),
                    ancestors);
        } catch (InvalidInputException | DateTimeException | NumberFormatException damaged) {
            throw corrupt(file, 0, "header lines that identify the timeline", header.toString());
        }
    }

    private static void parseLine(String line, Map<String, String> header, List<Ancestor> ancestors) {
        String stripped = line.strip();
        if (stripped.isEmpty()) {
            return;
        }
        int first = separator(stripped, 0);
        if (first >= 0 && TimelineId.isTimelineId(stripped.substring(0, first))) {
            int second = separator(stripped, first + 1);
            String point = stripped.substring(first + 1, second < 0 ? stripped.length() : second);
            ancestors.add(new Ancestor(new TimelineId(stripped.substring(0, first)), Lsn.parse(point.strip()),
                    second < 0 ? "" : Escape.unescape(stripped.substring(second + 1))));
            return;
        }
        int colon = line.indexOf(": ");
        if (colon <= 0 || !ancestors.isEmpty()) {
            throw new InvalidInputException("invalid line '" + line + "'");
        }
        header.put(line.substring(0, colon), line.substring(colon + 2));
    }

    /** Where the next tab or '@' is. No pattern: with many timelines, fsck would spend a fifth of its time in it. */
    private static int separator(String line, int from) {
        for (int i = from; i < line.length(); i++) {
            if (line.charAt(i) == '\t' || line.charAt(i) == '@') {
                return i;
            }
        }
        return -1;
    }

    private static Optional<ClusterIdentity> cluster(Map<String, String> header) {
        if (!header.containsKey("postgres")) {
            return Optional.empty();
        }
        return Optional.of(new ClusterIdentity(Integer.parseInt(required(header, "postgres")),
                Long.parseUnsignedLong(required(header, "system-identifier")),
                segmentSize(required(header, "segment-size")),
                onOrOff(required(header, "checksums")),
                Integer.parseUnsignedInt(required(header, "wal-timeline"))));
    }

    private static int segmentSize(String number) {
        int size = Integer.parseInt(number);
        if (size < SMALLEST_SEGMENT || size > LARGEST_SEGMENT || Integer.bitCount(size) != 1) {
            throw new InvalidInputException("invalid segment size '" + number + "'");
        }
        return size;
    }

    private static boolean onOrOff(String word) {
        return switch (word) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new InvalidInputException("invalid switch '" + word + "'");
        };
    }

    private static Optional<String> value(Map<String, String> header, String key) {
        return Optional.ofNullable(header.get(key));
    }

    private static String required(Map<String, String> header, String key) {
        return value(header, key).orElseThrow(() -> new InvalidInputException("missing line '" + key + "'"));
    }

    private static CorruptFileException corrupt(Path file, long offset, String expected, String found) {
        return new CorruptFileException(file, offset, expected, "'" + Escape.escape(found) + "'",
                "Put the file back from a copy of the repository; no other branch but those on this timeline needs it.");
    }
}
