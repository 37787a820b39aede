package dev.neon.repo.walindex;

/**
 * Transaction ids without a gap: a loop of savepoints has thousands.
 *
 * @param first 64 bits
 * @param count at least 1
 */
public record XidRun(long first, int count) {
    public boolean contains(long xid) {
        return xid - first >= 0 && xid - first < count;
    }
}
