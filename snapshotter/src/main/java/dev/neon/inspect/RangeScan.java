package dev.neon.inspect;

import static dev.neon.inspect.Piece.NONE;

import dev.neon.repo.Lsn;
import dev.neon.repo.progress.Progress;
import dev.neon.wal.RecordSearch;
import dev.neon.wal.WalReader;
import dev.neon.wal.WalSource;
import dev.neon.wal.WalkEnd;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Reads all records of a range, on several threads if wanted. The range is cut into pieces; a worker finds the first
 * record of its piece by the page headers. Pieces are added up in order, and each must begin where the one before ended
 * and link to its last record: one that does not, as after a record longer than a piece, a switch or a damaged place, is
 * read again from there. So the result is that of one thread, and so is the memory, whatever the length of the range.
 */
public final class RangeScan<T extends Tally<T>> {
    private static final long PIECE = 64 << 20;
    /**
     * A thread that works alone begins anew less often: its loop over records is then compiled once, amid its first run, and
     * not again for the next. It is half a second in which nobody interrupts it.
     */
    private static final int PIECES_AT_ONCE = 32;

    private final WalRange range;
    private final WalSource source;
    private final Supplier<T> tallies;
    private final T sum;
    private final Progress.Task task;
    private final long piece;
    private final long until;

    private long first = NONE;
    private long last;
    private long end;
    private Optional<WalkEnd> why = Optional.empty();

    /** @param sum what the tallies of the pieces are added to */
    public RangeScan(WalRange range, Supplier<T> tallies, T sum, Progress.Task task) {
        this(range, tallies, sum, task, PIECE);
    }

    /**
     * Reads on after a record that has been read.
     *
     * @param range its beginning is where the next record starts, or where to look for it if there is no last
     * @param last  where the last record starts, which the next one has to link to
     * @param until exclusive: no record that starts there or later is read
     */
    RangeScan(WalRange range, Optional<Lsn> last, long until, Supplier<T> tallies, T sum, Progress.Task task) {
        this(range, tallies, sum, task, PIECE, last.map(Lsn::value).orElse(NONE), until);
    }

    /** @param piece bytes in a piece, a power of two and not less than a page */
    RangeScan(WalRange range, Supplier<T> tallies, T sum, Progress.Task task, long piece) {
        this(range, tallies, sum, task, piece, NONE, Long.MAX_VALUE);
    }

    private RangeScan(WalRange range, Supplier<T> tallies, T sum, Progress.Task task, long piece, long last, long until) {
        this.last = last;
        this.until = until;
        this.piece = piece;
        this.range = range;
        this.source = range.source();
        this.tallies = tallies;
        this.sum = sum;
        this.task = task;
        this.end = range.from().value();
    }

    /**
     * Reads; once.
     *
     * @param threads how many work at a time; 1 is the caller
     * @throws InterruptedException if the calling thread was interrupted
     */
    public Scan run(int threads) throws InterruptedException {
        if (!range.isEmpty()) {
            if (threads == 1) {
                readAlone(PIECES_AT_ONCE * piece);
            } else {
                long cut = (range.from().value() & -piece) + piece;
                readFirst(cut);
                readAhead(cut, threads);
            }
        }
        return new Scan(lsn(first), lsn(last), new Lsn(end), why);
    }

    private void readAlone(long step) throws InterruptedException {
        long cut = range.from().value() + step;
        readFirst(cut);
        for (; goesOnFrom(cut); cut += step) {
            take(readOn(cut + step));
        }
    }

    private static Optional<Lsn> lsn(long value) {
        return value == NONE ? Optional.empty() : Optional.of(new Lsn(value));
    }

    private void readFirst(long cut) {
        if (last != NONE) {
            take(readOn(cut));
            return;
        }
        try (WalReader reader = RecordSearch.atOrAfter(source, range.from())
                .orElseGet(() -> WalReader.from(source, range.from()))) {
            take(Piece.read(reader, Math.min(cut, until), range.limit(), tallies.get()));
        }
    }

    private boolean goesOnFrom(long cut) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return why.isEmpty() && cut < Math.min(range.limit(), until);
    }

    private void readAhead(long firstCut, int threads) throws InterruptedException {
        Deque<Future<Piece<T>>> ahead = new ArrayDeque<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            long submitted = firstCut;
            for (long cut = firstCut; goesOnFrom(cut); cut += piece) {
                for (; ahead.size() <= threads && submitted < Math.min(range.limit(), until); submitted += piece) {
                    long from = submitted;
                    ahead.add(workers.submit(() ->
                            Piece.readAlone(source, from, Math.min(from + piece, until), range.limit(), tallies.get())));
                }
                Piece<T> next = result(ahead.remove());
                if (end < cut + piece) {
                    take(next.follows(last, end) ? next : readOn(cut + piece));
                }
            }
            workers.shutdownNow();
        }
    }

    private static <P> P result(Future<P> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    private Piece<T> readOn(long cut) {
        return Piece.readOn(source, last, end, Math.min(cut, until), range.limit(), tallies.get());
    }

    private void take(Piece<T> piece) {
        sum.add(piece.tally());
        task.advance(Math.max(0, piece.end() - end));
        first = first == NONE ? piece.first() : first;
        last = piece.first() == NONE ? last : piece.last();
        end = piece.end();
        why = piece.why();
    }
}
