package dev.neon.inspect;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.CorruptFileException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.error.UnsupportedException;
import dev.neon.repo.files.Directories;
import dev.neon.wal.SegmentHeader;
import dev.neon.wal.SegmentName;
import dev.neon.wal.WalSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A directory of WAL segments outside of any repository: a server's {@code pg_wal}, or an archive. */
public final class PlainWal {
    private static final Pattern SEGMENT = Pattern.compile("(\\p{XDigit}{8})\\p{XDigit}{16}");

    private final WalSource source;

    private PlainWal(WalSource source) {
        this.source = source;
    }

    /**
     * Looks at the files.
     *
     * @param directory has segments, or a directory {@code pg_wal} that has
     * @param timeline  PostgreSQL's timeline number; the newest that there is if left out
     * @throws NotFoundException    if there is no segment
     * @throws UnsupportedException if the segments are not of a PostgreSQL that neon reads
     */
    public static PlainWal open(Path directory, OptionalInt timeline) {
        TreeSet<String> names = segments(directory);
        Path holder = directory;
        if (names.isEmpty() && Files.isDirectory(directory.resolve("pg_wal"))) {
            holder = directory.resolve("pg_wal");
            names = segments(holder);
        }
        String wanted = timeline.isPresent() ? "%08X".formatted(timeline.getAsInt())
                : names.isEmpty() ? "" : names.last().substring(0, 8);
        names.removeIf(name -> !name.startsWith(wanted));
        if (names.isEmpty()) {
            throw new NotFoundException("no WAL segment " + (timeline.isPresent() ? "of timeline "
                    + timeline.getAsInt() + ' ' : "") + "was found in '" + directory + "'",
                    "Name a directory with files such as 000000010000000000000001, or one with a pg_wal.");
        }
        // The first header may be damaged: then another tells.
        Path place = holder;
        Path telling = names.stream().map(place::resolve).filter(PlainWal::tells).findFirst()
                .orElse(place.resolve(names.first()));
        return new PlainWal(WalSource.of(identity(telling, Integer.parseUnsignedInt(wanted, 16)), place));
    }

    private static boolean tells(Path segment) {
        try {
            return SegmentHeader.read(segment).major().isPresent();
        } catch (CorruptFileException damaged) {
            return false;
        }
    }

    private static TreeSet<String> segments(Path directory) {
        TreeSet<String> names = new TreeSet<>();
        try {
            for (Path file : Directories.list(directory)) {
                String name = file.getFileName().toString();
                if (isSegment(name)) {
                    names.add(name);
                }
            }
            return names;
        } catch (IOException e) {
            throw new StorageFailedException("list", directory, e);
        }
    }

    /** Whether a file's name is that of a segment. */
    public static boolean isSegment(String name) {
        return SEGMENT.matcher(name).matches();
    }

    /** The timeline number in a segment's name. */
    public static int timelineOf(String segment) {
        Matcher name = SEGMENT.matcher(segment);
        if (!name.matches()) {
            throw new IllegalArgumentException(segment);
        }
        return Integer.parseUnsignedInt(name.group(1), 16);
    }

    private static ClusterIdentity identity(Path segment, int timeline) {
        SegmentHeader header = SegmentHeader.read(segment);
        PostgresMajor major = header.major().orElseThrow(() -> new UnsupportedException("'" + segment
                + "' is not WAL of PostgreSQL 14 to 18", "Its first bytes are " + header.magic() + "."));
        return new ClusterIdentity(major.number(), header.systemIdentifier(), header.segmentSize(), true, timeline);
    }

    public WalSource source() {
        return source;
    }

    /**
     * The range that a text names: two LSNs or segment names with two dots between, of which one may be left out, or a
     * segment's name alone.
     *
     * @throws InvalidInputException if it is no range or reversed
     */
    public WalRange resolve(String text) {
        int dots = text.indexOf("..");
        String left = dots < 0 ? text : text.substring(0, dots);
        String right = dots < 0 ? text : text.substring(dots + 2);
        if (dots < 0 && !isSegment(text)) {
            throw new InvalidInputException("invalid range '" + text + "'", "Without a repository a range is two LSNs"
                    + " with two dots between, for example 0/15E0000..0/1600000, or a segment's name.");
        }
        Lsn from = left.isEmpty() ? all().from() : isSegment(left) ? segment(left).start() : Lsn.parse(left);
        Optional<Lsn> to = right.isEmpty() ? Optional.empty()
                : Optional.of(isSegment(right) ? segment(right).end() : Lsn.parse(right));
        if (to.isPresent() && to.get().isBefore(from)) {
            throw new InvalidInputException("range '" + text + "' is reversed: it would run from " + from + " to "
                    + to.get(), "Write the older side first.");
        }
        // A segment need not be full.
        return new WalRange(source, from, to, !isSegment(right));
    }

    /** From the oldest segment from which on none is missing to the end of WAL. */
    public WalRange all() {
        return new WalRange(source, source.begin().orElseThrow(), Optional.empty());
    }

    private SegmentName segment(String name) {
        return SegmentName.parse(name, source.segmentSize()).orElseThrow(() -> new InvalidInputException(
                "'" + name + "' is not the name of a segment of " + (source.segmentSize() >> 20) + " MB",
                "Its last digits are too high."));
    }
}
