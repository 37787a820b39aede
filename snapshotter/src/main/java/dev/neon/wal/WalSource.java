package dev.neon.wal;

import dev.neon.postgres.PostgresMajor;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.PromisedPart;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.files.Directories;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The WAL of a timeline at any LSN, its own and its ancestors'. Holds no file open and keeps nothing: safe for any
 * number of threads, and always as new as the files.
 *
 * <p>A segment is taken from the youngest timeline that has it as a regular file, because a child's first segment
 * repeats its ancestors' bytes up to the fork; an ancestor's segment is seen only up to the fork. Symbolic links are
 * passed over: they stand in a {@code wal} directory for ancestors' segments, for a server's sake, and may be gone at
 * the next look.
 *
 * <p>A segment that is not there but promised ({@link PromisedWal}) counts as being there, and is brought when it is opened.
 */
public final class WalSource {
    private final ClusterIdentity identity;
    private final PostgresMajor major;
    private final List<WalSpan> spans;
    private final boolean inPieces;
    private final boolean isBringing;
    private final Consumer<Path> before;

    private WalSource(ClusterIdentity identity, List<WalSpan> spans, boolean inPieces, boolean isBringing, Consumer<Path> before) {
        this.identity = identity;
        this.before = before;
        this.major = PostgresMajor.of(identity.major());
        this.spans = List.copyOf(spans);
        this.inPieces = inPieces;
        this.isBringing = isBringing;
    }

    /**
     * @param spans at least one, oldest first, each beginning where the one before ends; the last is open
     * @throws dev.neon.repo.error.UnsupportedException if neon does not read the identity's major release
     */
    public static WalSource of(ClusterIdentity identity, List<WalSpan> spans) {
        if (spans.isEmpty()) {
            throw new IllegalArgumentException("a history has at least one span");
        }
        return new WalSource(identity, spans, false, true, _ -> { });
    }

    /** A source over one directory, from its first segment on. */
    public static WalSource of(ClusterIdentity identity, Path directory) {
        return of(identity, List.of(new WalSpan(directory, Lsn.ZERO, Optional.empty())));
    }

    /** The same, for a look at a few pages: {@link #open} maps no segment. */
    WalSource inPieces() {
        return new WalSource(identity, spans, true, isBringing, before);
    }

    /** The same without what is only promised: as if that had been collected. */
    public WalSource withoutPromised() {
        return new WalSource(identity, spans, inPieces, false, before);
    }

    /**
     * The same, for files that are still being written.
     *
     * @param before is given each segment's file before that is opened, and may wait
     */
    public WalSource opening(Consumer<Path> before) {
        return new WalSource(identity, spans, inPieces, isBringing, before);
    }

    public ClusterIdentity identity() {
        return identity;
    }

    public PostgresMajor major() {
        return major;
    }

    public int segmentSize() {
        return identity.segmentSize();
    }

    /** The fork point of the youngest timeline, if it was forked: a record boundary, and never beyond the end. */
    public Optional<Lsn> forkPoint() {
        return spans.size() > 1 ? Optional.of(spans.getLast().from()) : Optional.empty();
    }

    /** Where the WAL that is there begins: where the caller said, or else with the oldest segment that is there. */
    public Optional<Lsn> begin() {
        Lsn said = spans.getFirst().from();
        if (!said.equals(Lsn.ZERO) && has(Long.divideUnsigned(said.value(), segmentSize()))) {
            return Optional.of(said);
        }
        OptionalLong first = firstSegment();
        return first.isEmpty() ? Optional.empty()
                : Optional.of(Lsn.max(said, new Lsn(first.getAsLong() * segmentSize())));
    }

    /** The end of the newest segment that is there, which need not hold WAL yet; empty if there is none. */
    public Optional<Lsn> limit() {
        TreeSet<Long> present = segments();
        return present.isEmpty() ? Optional.empty() : Optional.of(new Lsn((present.last() + 1) * segmentSize()));
    }

    /** The segment's file as this history sees it, if there is one; what is only promised has none. */
    public Optional<Path> path(long number) {
        return holder(number).map(found -> found.directory().resolve(name(number))).filter(Files::exists);
    }

    /** Whether a segment is there, or can be brought. */
    public boolean has(long number) {
        Optional<WalSpan> holder = holder(number);
        return holder.isPresent() && (isBringing || isThere(holder.get(), number));
    }

    /** What is promised between two positions, the last exclusive, and not there. */
    public List<PromisedPart> missing(Lsn from, Lsn to) {
        List<PromisedPart> missing = new ArrayList<>();
        if (!isBringing || !from.isBefore(to) || spans.stream().allMatch(span -> span.promised().segments().isEmpty())) {
            return missing;
        }
        long last = Long.divideUnsigned(to.plus(-1).value(), segmentSize());
        for (long number = Long.divideUnsigned(from.value(), segmentSize()); number <= last; number++) {
            long each = number;
            holder(number).filter(span -> !isThere(span, each)).ifPresent(span -> missing.addAll(span.promised().missing(each)));
        }
        return missing;
    }

    /** PostgreSQL's history file, if its timeline is not the first: to read a segment that begins on an older one. */
    public Optional<Path> historyFile() {
        String name = SegmentName.historyFile(identity.walTimeline());
        return spans.reversed().stream().map(span -> span.directory().resolve(name)).filter(Files::isRegularFile)
                .findFirst();
    }

    /** Opens a segment for this thread; the caller closes it. */
    Optional<WalSegment> open(long number) {
        return inPieces ? find(number).filter(span -> span.directory().getFileSystem() == FileSystems.getDefault())
                .map(span -> WalSegment.openPieces(span.directory().resolve(name(number)), number * segmentSize(),
                        span.to().map(Lsn::value).orElse(Long.MAX_VALUE), segmentSize()))
                .or(() -> open(number, Arena::ofConfined)) : open(number, Arena::ofConfined);
    }

    /** Opens a segment for all threads; the caller closes it when none reads it any more. */
    Optional<WalSegment> openShared(long number) {
        return open(number, Arena::ofShared);
    }

    private Optional<WalSegment> open(long number, Supplier<Arena> arena) {
        Optional<WalSpan> found = find(number);
        found.ifPresent(span -> before.accept(span.directory().resolve(name(number))));
        return found.map(span -> WalSegment.open(span.directory().resolve(name(number)),
                number * segmentSize(), span.to().map(Lsn::value).orElse(Long.MAX_VALUE), segmentSize(), arena.get()));
    }

    /** Who has a segment as a file, which is brought if it is only promised. */
    private Optional<WalSpan> find(long number) {
        Optional<WalSpan> holder = holder(number);
        if (holder.isPresent() && !isThere(holder.get(), number)) {
            if (!isBringing) {
                return Optional.empty();
            }
            holder.get().promised().bring(number);
        }
        return holder.filter(span -> isThere(span, number));
    }

    /** The youngest that has a segment, as a file or promised: an older one's file of that name ends at the fork. */
    private Optional<WalSpan> holder(long number) {
        return spans.reversed().stream().filter(span -> touches(span, number))
                .filter(span -> isThere(span, number) || span.promised().segments().contains(number)).findFirst();
    }

    private boolean isThere(WalSpan span, long number) {
        return Files.isRegularFile(span.directory().resolve(name(number)), LinkOption.NOFOLLOW_LINKS);
    }

    private boolean touches(WalSpan span, long number) {
        Lsn start = new Lsn(number * segmentSize());
        return span.from().isBefore(start.plus(segmentSize())) && span.to().map(start::isBefore).orElse(true);
    }

    private String name(long number) {
        return new SegmentName(identity.walTimeline(), number, segmentSize()).toString();
    }

    /**
     * The oldest segment from which on every one is there up to the newest. An older run before a gap is not part of
     * the history: the WAL between was collected.
     */
    private OptionalLong firstSegment() {
        TreeSet<Long> present = segments();
        if (present.isEmpty()) {
            return OptionalLong.empty();
        }
        long first = present.last();
        while (present.contains(first - 1)) {
            first--;
        }
        return OptionalLong.of(first);
    }

    private TreeSet<Long> segments() {
        TreeSet<Long> present = new TreeSet<>();
        for (WalSpan span : spans) {
            if (isBringing) {
                span.promised().segments().stream().filter(number -> touches(span, number)).forEach(present::add);
            }
            try {
                for (Path file : Directories.list(span.directory())) {
                    SegmentName.parse(file.getFileName().toString(), segmentSize())
                            .filter(name -> name.timeline() == identity.walTimeline())
                            .filter(name -> touches(span, name.number()))
                            .filter(name -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .ifPresent(name -> present.add(name.number()));
                }
            } catch (NoSuchFileException e) {
                continue;  // A fork that never ran has no directory of its own yet.
            } catch (IOException e) {
                throw new StorageFailedException("list", span.directory(), e);
            }
        }
        return present;
    }
}
