package dev.neon.sync.wire;

import dev.neon.ancestry.Tip;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Iso8601;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.files.Escape;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.sync.Depth;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.RemoteRefs;
import java.time.DateTimeException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Lines of the protocol's bodies. Fields are separated by tabs where one of them is free text. */
final class WireFormat {
    static final String FIRST_LINE = "neon 1 ";
    /** The line of a {@code get} whose answer is not to be compressed. */
    static final String RAW = "raw";
    private static final String SINCE_LSN = "since-lsn ";
    private static final String SINCE_TIME = "since-time ";

    private WireFormat() {}

    static String refs(RemoteRefs refs) {
        StringBuilder text = new StringBuilder("repository ").append(refs.id()).append('\n');
        refs.cluster().ifPresent(cluster -> text.append("cluster ").append(cluster.major()).append(' ')
                .append(Long.toUnsignedString(cluster.systemIdentifier())).append(' ').append(cluster.segmentSize()).append(' ')
                .append(cluster.checksums() ? "on" : "off").append(' ')
                .append(Integer.toUnsignedString(cluster.walTimeline())).append('\n'));
        refs.head().ifPresent(head -> text.append("head ").append(head).append('\n'));
        refs.refs().forEach((name, point) -> text.append("ref ").append(name).append('\t').append(point(point)).append('\n'));
        return text.toString();
    }

    static RemoteRefs parseRefs(String text) throws ProtocolException {
        Optional<RepositoryId> id = Optional.empty();
        Optional<ClusterIdentity> cluster = Optional.empty();
        Optional<RefName> head = Optional.empty();
        TreeMap<RefName, RefTarget.Point> refs = new TreeMap<>();
        for (String line : text.split("\n")) {
            try {
                int space = Math.max(0, line.indexOf(' '));
                String rest = line.substring(space + 1);
                switch (line.substring(0, space)) {
                    case "repository" -> id = Optional.of(new RepositoryId(rest));
                    case "cluster" -> cluster = Optional.of(cluster(rest.split(" ")));
                    case "head" -> head = Optional.of(new RefName(rest));
                    case "ref" -> {
                        int tab = rest.indexOf('\t');
                        RefName name = new RefName(rest.substring(0, tab));
                        if (name.kind() != RefName.Kind.BRANCH && name.kind() != RefName.Kind.TAG) {
                            throw new ProtocolException("'" + name + "' is neither a branch nor a tag");
                        }
                        refs.put(name, parsePoint(rest.substring(tab + 1)));
                    }
                    default -> { }
                }
            } catch (InvalidInputException | IndexOutOfBoundsException | NumberFormatException malformed) {
                throw new ProtocolException("'" + Escape.escape(line) + "' is no line of a list of refs");
            }
        }
        return new RemoteRefs(id.orElseThrow(() -> new ProtocolException("the other side does not say who it is")), cluster,
                head, refs);
    }

    private static ClusterIdentity cluster(String[] words) {
        return new ClusterIdentity(Integer.parseInt(words[0]), Long.parseUnsignedLong(words[1]), Integer.parseInt(words[2]),
                words[3].equals("on"), Integer.parseUnsignedInt(words[4]));
    }

    /** Timeline, LSN, and of a tag message, date and author, where it has them. */
    static String point(RefTarget.Point point) {
        return point.timeline() + "\t" + point.lsn() + '\t' + point.message().map(Escape::escape).orElse("") + '\t'
                + point.date().map(Iso8601::format).orElse("") + '\t' + point.author().map(Escape::escape).orElse("");
    }

    static RefTarget.Point parsePoint(String text) throws ProtocolException {
        String[] fields = text.split("\t", -1);
        try {
            return new RefTarget.Point(new TimelineId(fields[0]), Lsn.parse(fields[1]), field(fields, 2).map(Escape::unescape),
                    field(fields, 3).map(Iso8601::parse), field(fields, 4).map(Escape::unescape));
        } catch (InvalidInputException | IndexOutOfBoundsException | DateTimeException malformed) {
            throw new ProtocolException("'" + Escape.escape(text) + "' is no point");
        }
    }

    private static Optional<String> field(String[] fields, int index) {
        return Optional.of(fields[index]).filter(field -> !field.isEmpty());
    }

    /** The line of a request that says it; none for all. */
    static List<String> depth(Depth depth) {
        // Before the switch, which costs a short fetch some milliseconds.
        if (depth instanceof Depth.All) {
            return List.of();
        }
        return switch (depth) {
            case Depth.All _ -> List.of();
            case Depth.SinceLsn since -> List.of(SINCE_LSN + since.lsn());
            case Depth.SinceTime since -> List.of(SINCE_TIME + Iso8601.format(since.time()));
        };
    }

    /** What a line of a request says of it; empty if it says something else. */
    static Optional<Depth> parseDepth(String line) throws ProtocolException {
        try {
            return line.startsWith(SINCE_LSN) ? Optional.of(new Depth.SinceLsn(Lsn.parse(line.substring(SINCE_LSN.length()))))
                    : line.startsWith(SINCE_TIME) ? Optional.of(new Depth.SinceTime(Iso8601.parse(line.substring(SINCE_TIME.length()))))
                    : Optional.empty();
        } catch (InvalidInputException | DateTimeException malformed) {
            throw new ProtocolException("'" + Escape.escape(line) + "' is no depth");
        }
    }

    static String tip(Tip tip) {
        return tip.timeline() + " " + tip.lsn();
    }

    static Tip parseTip(String text) throws ProtocolException {
        String[] words = text.split(" ");
        try {
            return new Tip(new TimelineId(words[0]), Lsn.parse(words[1]));
        } catch (InvalidInputException | IndexOutOfBoundsException malformed) {
            throw new ProtocolException("'" + Escape.escape(text) + "' is no tip");
        }
    }

    /** Three lines: the name with or without force, what is expected, the target; "-" for nothing. */
    static String update(RefUpdate update) {
        return (update.isForced() ? "force " : "update ") + update.name() + '\n'
                + update.expected().map(WireFormat::point).orElse("-") + '\n'
                + update.target().map(WireFormat::point).orElse("-") + '\n';
    }

    static RefUpdate parseUpdate(String name, String expected, String target) throws ProtocolException {
        int space = name.indexOf(' ');
        if (space < 0 || !name.startsWith("force ") && !name.startsWith("update ")) {
            throw new ProtocolException("'" + Escape.escape(name) + "' is no change of a ref");
        }
        try {
            return new RefUpdate(new RefName(name.substring(space + 1)), optionalPoint(expected), optionalPoint(target),
                    name.startsWith("force "));
        } catch (InvalidInputException hostile) {
            throw new ProtocolException(String.valueOf(hostile.getMessage()));
        }
    }

    private static Optional<RefTarget.Point> optionalPoint(String text) throws ProtocolException {
        return text.equals("-") ? Optional.empty() : Optional.of(parsePoint(text));
    }
}
