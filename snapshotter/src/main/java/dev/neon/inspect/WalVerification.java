package dev.neon.inspect;

import dev.neon.repo.Lsn;
import dev.neon.repo.progress.Progress;
import java.util.function.Consumer;

/**
 * Reads every record of a range, checks it as recovery would, decodes it, and goes on behind whatever is damaged.
 *
 * @param records that could be read
 * @param bytes   of these, page headers and padding not counted
 * @param known   bytes of WAL that were not read, since they are known to be whole
 * @param from    where the first record began
 * @param end     the position after the last record
 * @param defects how many
 */
public record WalVerification(long records, long bytes, long known, Lsn from, Lsn end, long defects) {
    /**
     * Verifies.
     *
     * @param threads how many work at a time
     * @param each    told of each defect, in the order of their places
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static WalVerification of(WalRange range, int threads, Progress.Task task, Consumer<WalDefect> each)
            throws InterruptedException {
        return of(range, SegmentMemory.NONE, threads, task, each);
    }

    /**
     * As the other, but segments that are known are passed over.
     *
     * @param range without a named end, if anything is to be remembered of it
     */
    public static WalVerification of(WalRange range, SegmentMemory memory, int threads, Progress.Task task,
            Consumer<WalDefect> each) throws InterruptedException {
        return new VerificationWalk(range, memory, threads, task, each).run();
    }
}
