package dev.neon.inspect;

import dev.neon.repo.Lsn;
import dev.neon.repo.progress.Progress;
import dev.neon.wal.RecordSearch;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads every record of a range, checks it as recovery would, decodes it, and goes on behind whatever is damaged.
 *
 * @param records that could be read
 * @param bytes   of these, page headers and padding not counted
 * @param from    where the first record began
 * @param end     the position after the last record
 * @param defects how many
 */
public record WalVerification(long records, long bytes, Lsn from, Lsn end, long defects) {
    /**
     * Verifies.
     *
     * @param threads how many work at a time
     * @param each    told of each defect, in the order of their places
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static WalVerification of(WalRange range, int threads, Progress.Task task, Consumer<WalDefect> each)
            throws InterruptedException {
        long[] count = new long[1];
        Consumer<WalDefect> counted = defect -> {
            count[0]++;
            each.accept(defect);
        };
        WalSource source = range.source();
        Lsn limit = range.to().or(source::limit).orElse(range.from());
        FormCheck sum = new FormCheck(source, counted);
        Lsn from = range.from();
        Optional<Lsn> first = Optional.empty();
        while (true) {
            Scan scan = new RangeScan<>(new WalRange(source, from, range.to()), () -> new FormCheck(source), sum, task)
                    .run(threads);
            first = first.or(scan::first);
            Optional<WalkEnd> why = scan.why();
            Optional<Lsn> resumes = why.flatMap(end -> RecordSearch.readableAfter(source, end.at(), limit));
            if (resumes.isEmpty()) {
                RangeEnd.shortfall(range, scan).map(end -> defect(source, end, Optional.empty())).ifPresent(counted);
                return new WalVerification(sum.records(), sum.bytes(), first.orElse(range.from()), scan.end(), count[0]);
            }
            counted.accept(defect(source, why.orElseThrow(), resumes));
            from = resumes.get();
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
