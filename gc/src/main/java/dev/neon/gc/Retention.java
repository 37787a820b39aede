package dev.neon.gc;

import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.WalPositions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far back history is kept: {@code gc.pitrInterval} and {@code gc.horizon}, for a branch also
 * {@code branch.<name>.pitrInterval} and {@code branch.<name>.horizon}, which come before them. The longer of the two
 * counts; where neither is set, or one is {@code never}, all of it is kept.
 */
final class Retention {
    private static final String NEVER = "never";
    private static final String INTERVAL = "pitrInterval";
    private static final String BYTES = "horizon";

    private final Repository repository;
    private final WalPositions positions;
    private final Instant now;

    Retention(Repository repository, WalPositions positions, Instant now) {
        this.repository = repository;
        this.positions = positions;
        this.now = now;
    }

    /**
     * The oldest point of a line that is kept; empty if all are.
     *
     * @param branch whose settings hold; empty for those that hold for all
     * @param name   of whom it is kept for, if its history cannot be read and all of it is kept
     * @throws InvalidInputException if a setting is none
     */
    Optional<Lsn> horizon(Optional<RefName> branch, TimelineId timeline, String name) {
        String interval = key(branch, INTERVAL);
        String bytes = key(branch, BYTES);
        Optional<Duration> time = Optional.empty();
        Optional<Long> length = Optional.empty();
        if (!isNever(interval)) {
            time = repository.config().getDuration(interval);
        }
        if (!isNever(bytes)) {
            length = repository.config().getBytes(bytes);
        }
        if (isNever(interval) || isNever(bytes) || time.isEmpty() && length.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<Lsn> byTime = time.map(back -> atTime(timeline, back));
            return length.map(back -> before(positions.end(timeline), back)).map(byBytes ->
                    Lsn.min(byBytes, byTime.orElse(byBytes))).or(() -> byTime);
        } catch (NeonException unreadable) {
            repository.context().warnings().tell("unable to find how far back " + name + " reaches, keeping all of its history: "
                    + unreadable.getMessage());
            return Optional.empty();
        }
    }

    private String key(Optional<RefName> branch, String name) {
        return branch.map(of -> BranchSettings.key(of, name)).filter(key -> repository.config().get(key).isPresent())
                .orElse("gc." + name);
    }

    private boolean isNever(String key) {
        return isNever(repository.config(), key);
    }

    /** Whether the value of a key that may say so is {@code never}. */
    static boolean isNever(RepositoryConfig config, String key) {
        return config.get(key).filter(NEVER::equalsIgnoreCase).isPresent();
    }

    /** The state at that time, from which all later ones can be had; the oldest one if the time is before all history. */
    private Lsn atTime(TimelineId timeline, Duration back) {
        try {
            return positions.atTime(timeline, back.compareTo(Duration.between(Instant.EPOCH, now)) > 0 ? Instant.EPOCH
                    : now.minus(back));
        } catch (InvalidInputException beforeHistory) {
            return Lsn.ZERO;
        }
    }

    private static Lsn before(Lsn end, long bytes) {
        return Long.compareUnsigned(bytes, end.value()) > 0 ? Lsn.ZERO : end.plus(-bytes);
    }
}
