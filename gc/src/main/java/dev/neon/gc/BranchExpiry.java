package dev.neon.gc;

import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.config.RepositoryConfig;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Branches whose time is over. Only the name goes; its history is collected when the operation log lets go of it. The
 * settings are read anew from the file, since whoever extends a branch may do so while a long command runs.
 */
public final class BranchExpiry {
    private final Repository repository;
    private final BranchSettings settings;
    private final Predicate<TimelineId> isRunning;

    /**
     * A branch whose time is over.
     *
     * @param kept why it stays nevertheless
     */
    public record Expired(RefName branch, TimelineId timeline, Instant expired, Optional<String> kept) {}

    /** @param isRunning whether a server runs on a timeline */
    public BranchExpiry(Repository repository, Predicate<TimelineId> isRunning) {
        this.repository = repository;
        this.settings = new BranchSettings(new RepositoryConfig(repository.directory().resolve("config"),
                repository.files(), repository.context().process()));
        this.isRunning = isRunning;
    }

    /** The branches that expire at or before {@code now}, by name. */
    public List<Expired> find(Instant now) {
        Optional<RefName> head = Head.read(repository.refs()).flatMap(Head::branch);
        List<Expired> found = new ArrayList<>();
        repository.refs().list(RefName.Kind.BRANCH).forEach((branch, target) -> {
            Optional<Instant> expires = expires(branch).filter(time -> !time.isAfter(now));
            if (expires.isPresent() && target instanceof RefTarget.Timeline line) {
                found.add(new Expired(branch, line.id(), expires.get(), reasonToStay(branch, line.id(), head)));
            }
        });
        return found;
    }

    /**
     * Removes them, each with an entry of its own in the operation log.
     *
     * @return what {@link #find} gives; one that changed meanwhile is kept
     */
    public List<Expired> delete(Instant now) {
        return find(now).stream().map(expired -> expired.kept().isPresent() ? expired : delete(expired)).toList();
    }

    private Expired delete(Expired expired) {
        try {
            repository.refs().begin("expired: branch " + expired.branch().shortName())
                    .delete(expired.branch(), new RefTarget.Timeline(expired.timeline()), settings.noted(expired.branch())).commit();
        } catch (ConflictException changed) {
            return new Expired(expired.branch(), expired.timeline(), expired.expired(),
                    Optional.of(String.valueOf(changed.getMessage())));
        }
        settings.remove(expired.branch());
        return expired;
    }

    private Optional<Instant> expires(RefName branch) {
        try {
            return settings.expires(branch);
        } catch (InvalidInputException noTime) {
            repository.context().warnings().tell(noTime.getMessage() + "; the branch stays");
            return Optional.empty();
        }
    }

    private Optional<String> reasonToStay(RefName branch, TimelineId timeline, Optional<RefName> head) {
        if (settings.isProtected(branch)) {
            return Optional.of("it is protected");
        }
        if (head.equals(Optional.of(branch))) {
            return Optional.of("HEAD is on it");
        }
        return isRunning.test(timeline) ? Optional.of("a server is running on it") : Optional.empty();
    }
}
