package dev.neon.inspect;

import dev.neon.repo.Lsn;
import dev.neon.repo.progress.Progress;
import dev.neon.repo.verified.Seam;
import dev.neon.wal.RecordSearch;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One verification of a range, segment by segment: those that are known are passed over, and runs of others are read. A run
 * is read up to the end of the last record that begins before the next known segment does: the rest of that record is in
 * there, and the segment counts as known only if reading comes to it at the same record as before.
 */
final class VerificationWalk {
    /** Up to where a run is read in the known segment: also what begins right behind the header of its first page. */
    private static final long INTO_NEXT = FormCheck.LONG_PAGE_HEADER + 1;

    private final WalRange range;
    private final WalSource source;
    private final SegmentMemory memory;
    private final int threads;
    private final Progress.Task task;
    private final Consumer<WalDefect> each;
    private final FormCheck sum;

    private long defects;
    private long knownBytes;
    private Seam at;
    private long segment;
    /** Where reading came to {@link #segment}; empty if a part of it could not be read. */
    private Optional<Seam> before;
    private boolean passesOver = true;

    VerificationWalk(WalRange range, SegmentMemory memory, int threads, Progress.Task task, Consumer<WalDefect> each) {
        this.range = range;
        this.source = range.source();
        this.memory = memory;
        this.threads = threads;
        this.task = task;
        this.each = each;
        this.sum = new FormCheck(source, this::tell);
        this.at = Seam.unlinked(range.from());
        this.segment = number(range.from());
        this.before = Optional.of(at);
    }

    private long number(Lsn lsn) {
        return Long.divideUnsigned(lsn.value(), source.segmentSize());
    }

    private Lsn start(long number) {
        return new Lsn(number * source.segmentSize());
    }

    private void tell(WalDefect defect) {
        defects++;
        each.accept(defect);
    }

    WalVerification run() throws InterruptedException {
        Lsn limit = range.to().or(source::limit).orElse(range.from());
        Optional<Lsn> first = Optional.empty();
        while (true) {
            passOver(limit);
            long next = nextKnown(limit);
            Scan scan = new RangeScan<>(new WalRange(source, at.next(), range.to()), at.last(),
                    next < 0 ? Long.MAX_VALUE : start(next).value() + INTO_NEXT, () -> new FormCheck(source), sum, task)
                    .run(threads);
            first = first.or(scan::first);
            takeSeams();
            Optional<Lsn> resumes = scan.why().flatMap(end -> RecordSearch.readableAfter(source, end.at(), limit));
            if (scan.why().isEmpty() && next >= 0) {
                goOnAt(next, scan);
            } else if (resumes.isPresent() && RangeEnd.isWrittenMeanwhile(source, scan)) {
                at = new Seam(scan.last().or(at::last), scan.end());
            } else if (resumes.isPresent()) {
                tell(defect(source, scan.why().orElseThrow(), resumes));
                at = Seam.unlinked(resumes.get());
                segment = number(resumes.get());
                before = Optional.empty();
            } else {
                RangeEnd.shortfall(range, scan).map(end -> defect(source, end, Optional.empty())).ifPresent(this::tell);
                scan.last().ifPresent(last -> remember(segment, new Seam(Optional.of(last), scan.end()), false));
                return new WalVerification(sum.records(), sum.bytes(), knownBytes, first.orElse(range.from()), scan.end(),
                        defects);
            }
        }
    }

    /** Goes over all segments that are known from here on. */
    private void passOver(Lsn limit) {
        while (passesOver && before.equals(Optional.of(at)) && start(segment).isBefore(limit)) {
            Optional<SegmentMemory.Known> known = memory.known(segment, at);
            if (known.isEmpty()) {
                return;
            }
            Lsn from = Lsn.max(at.next(), start(segment));
            at = known.get().after();
            knownBytes += (known.get().isComplete() ? start(segment + 1) : at.next()).minus(from);
            if (!known.get().isComplete()) {
                return;
            }
            segment++;
            before = Optional.of(at);
        }
    }

    /** The next segment that may be known; negative if there is none. */
    private long nextKnown(Lsn limit) {
        for (long number = segment + 1; passesOver && start(number).isBefore(limit); number++) {
            if (memory.mayBeKnown(number)) {
                return number;
            }
        }
        return -1;
    }

    private void goOnAt(long next, Scan scan) {
        if (segment == next && before.isPresent()) {
            at = before.get();
        } else {
            // A record that was given up leads beyond the segment's first page.
            passesOver = false;
            at = new Seam(scan.last(), scan.end());
        }
    }

    private void takeSeams() {
        for (FormCheck.SegmentSeam seam : sum.takeSeams()) {
            if (seam.segment() > segment) {
                remember(seam.segment() - 1, seam.seam(), true);
                segment = seam.segment();
                before = Optional.of(seam.seam());
            } else if (seam.segment() == segment && before.isEmpty()) {
                before = Optional.of(seam.seam());
            }
        }
    }

    private void remember(long number, Seam after, boolean isComplete) {
        if (number == segment && before.isPresent() && !sum.isDoubtful(number)) {
            memory.verified(number, before.get(), after, isComplete);
        }
    }

    private static WalDefect defect(WalSource source, WalkEnd why, Optional<Lsn> resumes) {
        return switch (why) {
            case WalkEnd.Defect defect -> new WalDefect(FormCheck.word(defect.kind()), defect.at(),
                    Optional.of(defect.path()), defect.offset(), defect.expected(), defect.found(), resumes);
            case WalkEnd.NoMoreWal none -> {
                long segment = Long.divideUnsigned(none.at().value(), source.segmentSize());
                yield new WalDefect(FormCheck.word(none.reason()), none.at(), source.path(segment),
                        none.at().value() & source.segmentSize() - 1, "a record", switch (none.reason()) {
                            case ZEROS -> "zeros";
                            case NO_SEGMENT -> "no file that reaches so far";
                            case FORK_POINT -> "the point where the next timeline forks off";
                        }, resumes);
            }
        };
    }
}
