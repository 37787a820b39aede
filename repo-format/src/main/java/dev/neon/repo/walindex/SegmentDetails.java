package dev.neon.repo.walindex;

import java.util.List;

/**
 * What is in a segment one by one, in the order of LSNs.
 *
 * @param restorePoints all of them
 * @param restarts      all of them
 * @param transactions  those that ended in the order of their ends, then the others in that of their first records; in
 *                      the index those only that are not {@linkplain SegmentSummary#isHome at home} here or have not
 *                      ended here: the others can be had from the segment alone
 */
public record SegmentDetails(List<RestorePoint> restorePoints, List<Restart> restarts,
        List<TransactionPart> transactions) {
    public static final SegmentDetails NONE = new SegmentDetails(List.of(), List.of(), List.of());

    public SegmentDetails {
        restorePoints = List.copyOf(restorePoints);
        restarts = List.copyOf(restarts);
        transactions = List.copyOf(transactions);
    }
}
