package dev.neon.inspect;

import dev.neon.repo.Lsn;
import dev.neon.wal.WalSource;
import java.util.Optional;

/**
 * A stretch of one history's WAL.
 *
 * @param source the history
 * @param from   inclusive, any position: the first record is the one that starts there or after
 * @param to     exclusive, any position: the last record is the one that ends there or before; empty for all that is
 *               there
 * @param firm   whether WAL has to reach {@code to}; if not, it may end before
 */
public record WalRange(WalSource source, Lsn from, Optional<Lsn> to, boolean firm) {
    /** A range whose end, if it names one, WAL has to reach. */
    public WalRange(WalSource source, Lsn from, Optional<Lsn> to) {
        this(source, from, to, true);
    }

    /** {@link #to} as a number that no record ends after, if it is empty. */
    long limit() {
        return to.map(Lsn::value).orElse(Long.MAX_VALUE);
    }

    /** Whether the range names its end, and that is where it begins. */
    public boolean isEmpty() {
        return to.isPresent() && !from.isBefore(to.get());
    }
}
