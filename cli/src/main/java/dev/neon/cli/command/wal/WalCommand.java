package dev.neon.cli.command.wal;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.inspect.PlainWal;
import dev.neon.inspect.RevisionRanges;
import dev.neon.inspect.WalRange;
import dev.neon.repo.Lsn;
import dev.neon.repo.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** What the commands of {@code neon wal} have in common: a range, of a repository or of a directory. */
abstract class WalCommand extends Command {
    /** A paragraph for the man pages. */
    static final String RANGES = """
            A range is git's, as for 'neon log': 'A..B' is the WAL that B has and A has not, beginning where B's timeline \
            left A's if they are on different ones, and nothing if A has all of it; a side that is left out is HEAD. A \
            revision alone is its whole history, the ancestors' too, from the oldest WAL that is there; 'heikki^..heikki' is \
            what was written on heikki itself. Nothing at all is HEAD. A side may be an LSN alone, on the timeline of the \
            other side or HEAD's, and may lie anywhere: the first record is the next that starts, the last the one that ends \
            before.

            With --wal-dir, or with the path of a segment's file, no repository is needed and there is no HEAD. A range is \
            then two LSNs or names of segments, or a segment's name alone; 'A..' goes on to the end of WAL, '..B' begins \
            with the oldest segment.""";

    private static final int MOST_THREADS = 8;

    private final Option<Lsn> start = option("-s", "--start").label("lsn").help("begin here instead").as(Lsn::parse);
    private final Option<Lsn> end = option("-e", "--end").label("lsn").help("end here instead").as(Lsn::parse);
    private final Option<Path> directory = option("-p", "--wal-dir").label("dir").completes(ValueKind.DIRECTORY)
            .help("read the segments in this directory, or in its pg_wal, instead of a repository's").path();
    private final Option<Integer> timeline = option("-t", "--timeline").label("number")
            .help("with --wal-dir, PostgreSQL's timeline, the newest there if left out").integer(1);
    private final OptionalParameter<String> range = parameter("range").completes(ValueKind.REVISIONS)
            .help("which WAL, HEAD's if left out").optional();

    /** The range that was asked for. */
    final WalRange range(Invocation invocation) {
        WalRange named = named(invocation);
        Lsn from = start.orElse(named.from());
        Optional<Lsn> to = end.get().or(named::to);
        if (end.isPresent() && end.get().get().isBefore(from)) {
            throw new InvalidInputException("the range ends at " + end.get().get() + ", before it begins at " + from,
                    "'--start' and '--end' take the place of the range's own.");
        }
        return new WalRange(named.source(), from, to, named.firm() || end.isPresent());
    }

    /** Whether WAL outside of the repository is meant. */
    final boolean isPlain() {
        return directory.isPresent();
    }

    final boolean isRangeGiven() {
        return range.isPresent() || start.isPresent() || end.isPresent();
    }

    final int threads() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
    }

    private WalRange named(Invocation invocation) {
        if (directory.isPresent()) {
            OptionalInt number = timeline.isPresent() ? OptionalInt.of(timeline.get().orElseThrow())
                    : range.get().filter(PlainWal::isSegment).map(PlainWal::timelineOf).map(OptionalInt::of)
                            .orElse(OptionalInt.empty());
            PlainWal wal = PlainWal.open(invocation.resolve(directory.get().orElseThrow()), number);
            return range.get().map(wal::resolve).orElseGet(wal::all);
        }
        if (timeline.isPresent()) {
            throw new UsageException("'--timeline' has no meaning without '--wal-dir'",
                    "A repository's timelines have names and ids: name one as the range.");
        }
        Optional<Path> segment = segmentFile(invocation);
        if (segment.isPresent()) {
            String name = segment.get().getFileName().toString();
            return PlainWal.open(segment.get().getParent(), OptionalInt.of(PlainWal.timelineOf(name))).resolve(name);
        }
        Workspace workspace = Workspaces.open(invocation);
        return ranges(workspace).resolve(range.orElse("HEAD"));
    }

    private Optional<Path> segmentFile(Invocation invocation) {
        return range.get().filter(text -> PlainWal.isSegment(text.substring(text.lastIndexOf('/') + 1)))
                .map(text -> invocation.resolve(Path.of(text))).filter(Files::isRegularFile);
    }

    static RevisionRanges ranges(Workspace workspace) {
        return new RevisionRanges(workspace.repository(), workspace.resolver(), workspace.wal());
    }
}
