package dev.neon.sync;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.StorageFailedException;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.wal.RecordSearch;
import dev.neon.wal.SegmentName;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalSpan;
import dev.neon.wal.WalkEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** WAL as it will be when what was received is in its place, and whether it can be read. It may still be coming. */
final class ReceivedWal {
    private static final long TOLD_EACH = 1 << 20;

    private final Repository repository;
    private final Incoming incoming;
    private final Histories histories;

    ReceivedWal(Repository repository, Incoming incoming, Histories histories) {
        this.repository = repository;
        this.incoming = incoming;
        this.histories = histories;
    }

    /** Of a timeline and its ancestors. */
    WalSource source(TimelineId id) {
        List<WalSpan> spans = new ArrayList<>();
        Lsn from = Lsn.ZERO;
        for (Ancestor ancestor : histories.ancestors(id)) {
            add(spans, ancestor.timeline(), from, Optional.of(ancestor.forkPoint()));
            from = ancestor.forkPoint();
        }
        add(spans, id, from, Optional.empty());
        return WalSource.of(histories.of(id).cluster().orElseThrow(), spans).opening(incoming::await);
    }

    private void add(List<WalSpan> spans, TimelineId id, Lsn from, Optional<Lsn> to) {
        spans.add(new WalSpan(repository.timelines().walDirectory(id), from, to));
        spans.add(new WalSpan(incoming.wal(id), from, to));
    }

    /**
     * Reads whole records, as recovery does, from the repository's own end on, or from behind the last gap; segments that are shared with
     * the other side are passed over. What the records say is not looked at.
     */
    Optional<String> damage(Lack.Part part, Progress progress) {
        if (part.wal().isEmpty() || !part.wal().getLast().to().isAfter(part.end())) {
            return Optional.empty();
        }
        TimelineId id = part.offer().id();
        Lsn fork = histories.of(id).parent().map(Ancestor::forkPoint).orElse(Lsn.ZERO);
        Lsn from = part.isNew() ? Lsn.max(last(part.wal()).from(), fork) : part.end();
        Lsn to = part.wal().getLast().to();
        // At a fork, and where the own WAL ends, a record begins; at the beginning of a segment one may be going on.
        Supplier<Optional<WalReader>> first = () -> !part.isNew() || from.equals(fork) ? Optional.of(WalReader.from(source(id), from))
                : RecordSearch.atOrAfter(source(id), from);
        boolean goesOn = part.left().wal().stream().anyMatch(run -> run.from().equals(to)) && isWhole(id, to);
        try (Progress.Task task = progress.begin("checking WAL", to.minus(from), Progress.Unit.BYTES)) {
            for (Lsn at = unshared(id, from, to); at.isBefore(to); ) {
                Optional<WalReader> here = at.equals(from) ? first.get() : RecordSearch.atOrAfter(source(id), at);
                // A long record may begin in what is shared and go on up to the end.
                Optional<WalReader> found = here.isPresent() || at.equals(from) ? here : first.get();
                if (found.isEmpty()) {
                    return Optional.of("no record can be read at or after " + from);
                }
                try (WalReader reader = found.get()) {
                    read(id, reader, to, here.isPresent(), task);
                    Optional<String> damage = reader.why().isPresent() || !reader.end().isBefore(to) ? damage(reader, to, goesOn) : Optional.empty();
                    if (damage.isPresent() || reader.why().isPresent()) {
                        return damage;
                    }
                    at = unshared(id, reader.end(), to);
                }
            }
            return Optional.empty();
        }
    }

    /** Reads to a position, or into a shared segment. */
    private void read(TimelineId id, WalReader reader, Lsn to, boolean mayPass, Progress.Task task) {
        int segmentSize = histories.of(id).cluster().orElseThrow().segmentSize();
        Lsn told = reader.end();
        while (reader.end().isBefore(to)) {
            Lsn before = reader.end();
            if (!reader.next()) {
                return;
            }
            if (reader.end().minus(told) > TOLD_EACH) {
                task.advance(reader.end().minus(told));
                told = reader.end();
            }
            if (mayPass && reader.end().value() / segmentSize != before.value() / segmentSize
                    && unshared(id, reader.end(), to).isAfter(reader.end())) {
                return;
            }
        }
    }

    private static Optional<String> damage(WalReader reader, Lsn to, boolean goesOn) {
        // Zeros are no end here: what is left goes on behind them.
        boolean isCut = goesOn && reader.why().filter(why -> why instanceof WalkEnd.NoMoreWal none
                && none.reason() == WalkEnd.Reason.NO_SEGMENT).isPresent();
        return reader.end().equals(to) || isCut ? Optional.empty() : Optional.of(reader.why().map(why -> switch (why) {
            case WalkEnd.Defect defect -> defect.found() + " instead of " + defect.expected() + " at " + defect.at();
            case WalkEnd.NoMoreWal none -> "it ends at " + none.at() + " and not at " + to;
        }).orElse("a record ends at " + reader.end() + " and not at " + to));
    }

    /** From a position on, the first byte that has been copied and not linked; or the end. */
    private Lsn unshared(TimelineId id, Lsn from, Lsn to) {
        Lsn at = from;
        while (at.isBefore(to)) {
            SegmentName name = segment(id, at);
            Path file = incoming.wal(id).resolve(name.toString());
            incoming.await(file);
            if (!incoming.isShared(file)) {
                return at;
            }
            at = name.end();
        }
        return to;
    }

    /** Whether the last segment has come up to its end. */
    private boolean isWhole(TimelineId id, Lsn to) {
        SegmentName name = segment(id, to.plus(-1));
        Path file = incoming.wal(id).resolve(name.toString());
        incoming.await(file);
        try {
            return Files.size(file) == to.minus(name.start());
        } catch (IOException failure) {
            throw new StorageFailedException("read", file, failure);
        }
    }

    private SegmentName segment(TimelineId id, Lsn lsn) {
        var cluster = histories.of(id).cluster().orElseThrow();
        return SegmentName.containing(lsn, cluster.walTimeline(), cluster.segmentSize());
    }

    /** The part without a gap that is last. */
    private static WalRun last(List<WalRun> runs) {
        Lsn from = runs.getLast().from();
        for (WalRun run : runs.reversed()) {
            if (run.to().equals(from)) {
                from = run.from();
            }
        }
        return new WalRun(from, runs.getLast().to());
    }
}
