package dev.neon.walindex;

import dev.neon.repo.walindex.Restart;
import dev.neon.repo.walindex.RestorePoint;
import dev.neon.repo.walindex.SegmentSummary;
import dev.neon.repo.walindex.TransactionPart;
import java.util.List;

/**
 * What ended in one segment, in the order of LSNs.
 *
 * @param transactions  whole, wherever they began
 * @param restarts      all of them
 * @param restorePoints all of them
 * @param prepared      what was prepared here; if it ended here as well and was not to be read, it may be missing
 */
public record SegmentLog(SegmentSummary summary, List<LoggedTransaction> transactions, List<Restart> restarts,
        List<RestorePoint> restorePoints, List<TransactionPart> prepared) {}
