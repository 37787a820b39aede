package dev.neon.compute.workspace;

import dev.neon.repo.error.AlreadyExistsException;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.refs.RefTransaction;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.Point;
import java.util.Optional;

/** Creates and deletes tags. */
public final class Tags {
    private final Workspace workspace;
    private final Repository repository;

    Tags(Workspace workspace) {
        this.workspace = workspace;
        this.repository = workspace.repository();
    }

    /**
     * A name for a point.
     *
     * @param force moves a tag that exists
     * @throws AlreadyExistsException if there is one of that name
     */
    public RefTarget.Point create(String name, Point at, Optional<String> message, boolean force) {
        RefName tag = RefName.tag(name);
        workspace.timelines().requireLasting(at.timeline());
        try (HeldLease _ = repository.leases().hold("tag " + name, Lease.Span.ofPoint(at.timeline(), at.lsn()))) {
            workspace.timelines().requireThere(at);
            return name(tag, at, message, force);
        }
    }

    private RefTarget.Point name(RefName tag, Point at, Optional<String> message, boolean force) {
        // As with a branch: what is named must be on disk.
        workspace.wal().sync(at.timeline(), at.lsn());
        RefTarget.Point target = new RefTarget.Point(at.timeline(), at.lsn(), message,
                Optional.of(repository.context().clock().instant()), Optional.of(repository.context().who()));
        Optional<RefTarget> existing = repository.refs().read(tag);
        if (existing.isPresent() && !force) {
            throw new AlreadyExistsException("a tag named '" + tag.shortName() + "' already exists",
                    "Choose another name, or move it with --force.");
        }
        RefTransaction transaction = repository.refs().begin("tag " + tag.shortName());
        existing.map(old -> transaction.update(tag, old, target)).orElseGet(() -> transaction.create(tag, target))
                .commit();
        return target;
    }

    /** Removes a tag; what it named is returned. */
    public RefTarget delete(String name) {
        RefName tag = RefName.tag(name);
        RefTarget value = repository.refs().read(tag).orElseThrow(() -> new NotFoundException(
                "tag '" + name + "' does not exist", "'neon tag' lists the tags."));
        repository.refs().begin("tag -d " + name).delete(tag, value).commit();
        return value;
    }
}
