package dev.neon.repo.verified;

import dev.neon.repo.Lsn;
import java.util.Optional;

/**
 * Between two records: where reading WAL stopped, with what the next record has to be checked against.
 *
 * @param last the start of the last record that ends at or before; empty if none was read
 * @param next where the next record starts, or where to look for it
 */
public record Seam(Optional<Lsn> last, Lsn next) {
    /** Where reading begins with whatever record is there. */
    public static Seam unlinked(Lsn from) {
        return new Seam(Optional.empty(), from);
    }
}
