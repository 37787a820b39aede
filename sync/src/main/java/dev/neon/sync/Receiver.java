package dev.neon.sync;

import dev.neon.ancestry.Tip;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.RepositoryId;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.files.LockFile;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.repository.Repository;
import dev.neon.snapshot.RepositoryWal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Takes in what another repository offers. */
final class Receiver {
    /** Of the repository, while what was received is put in its place. */
    static final String LOCK = "receive";
    private static final Duration WAIT = Duration.ofMinutes(2);

    private final Repository repository;
    private final RepositoryWal wal;

    Receiver(Repository repository, RepositoryWal wal) {
        this.repository = repository;
        this.wal = wal;
    }

    /** The cluster whose history the repository has; empty if it has none. */
    Optional<ClusterIdentity> cluster() {
        // All are of one: nothing else is taken in. Refs would do as well, but there may be very many to read.
        return repository.timelines().list().stream().findFirst().map(wal::identity);
    }

    /** Keeps what there is of an inventory from being collected while it counts as being there. */
    HeldLease hold(String reason, Inventory inventory) {
        return inventory.timelines().isEmpty() ? HeldLease.NONE : repository.leases().hold(reason,
                inventory.timelines().stream().map(offer -> Lease.Span.ofLine(offer.id())).toArray(Lease.Span[]::new));
    }

    /** What is lacking for some tips, under {@link #hold}. */
    List<Lack.Part> lack(Inventory inventory, List<Tip> tips, Histories histories) {
        tips.forEach(tip -> Histories.requireTold(inventory, tip));
        Lack lack = new Lack(repository, wal);
        List<Lack.Part> parts = lack.of(inventory, tips, histories);
        RepositoryId self = repository.ownId();
        inventory.timelines().forEach(offer -> requireSame(offer, lack));
        for (Lack.Part part : parts) {
            if (!part.isNew() && part.offer().history().owner().equals(Optional.of(self))
                    && part.offer().end().isAfter(part.end())) {
                throw new ConflictException("timeline '" + part.offer().id() + "' is written by this repository and goes on to "
                        + part.offer().end() + " on the other side, but ends at " + part.end() + " here",
                        "This repository was put back from an older copy. Clone the other one, and work in the clone.");
            }
            requireNoGap(part);
        }
        return parts;
    }

    /** A bundle, or a clone that is not whole, may begin behind the end of what is here. */
    private static void requireNoGap(Lack.Part part) {
        if (part.isNew()) {
            return;
        }
        part.wal().stream().filter(run -> run.to().isAfter(part.end())).findFirst().filter(run -> run.from().isAfter(part.end())).ifPresent(run -> {
            throw new ConflictException("timeline '" + part.offer().id() + "' ends at " + part.end() + " here, and the other side has its WAL only from "
                    + run.from() + " on", "Fetch what is between first: from a repository that has it, or a bundle of " + part.offer().id() + "@"
                    + part.end() + "..<branch>.");
        });
    }

    /**
     * Of a timeline that goes on here, that what is offered is the beginning of it. Where it ends here first, what comes is
     * compared.
     */
    private void requireSame(TimelineOffer offer, Lack lack) {
        if (offer.page().isEmpty() || !repository.timelines().exists(offer.id()) || lack.end(offer.id()).isBefore(offer.end())) {
            return;
        }
        OptionalInt own = LastPage.checksum(repository, wal, offer.id(), offer.end());
        if (own.isPresent() && own.getAsInt() != offer.page().getAsInt()) {
            throw differs(offer.id(), offer.end());
        }
    }

    static ConflictException differs(TimelineId timeline, Lsn before) {
        return new ConflictException("timeline '" + timeline + "' is not the same on both sides: they differ before " + before,
                "One of the two was put back from an older copy, or copied, and written again. Clone the one to go on with, and bring"
                        + " over what only the other one has with 'neon export' or pg_dump.");
    }

    /**
     * What tells whether that which was received, or is about to be, is whole; the caller closes it.
     *
     * @param isComing whether it has still to be received: its WAL is read meanwhile
     */
    Verification verification(Incoming incoming, Histories histories, List<Lack.Part> parts, boolean isComing) {
        Verification verification = new Verification(repository, incoming, histories, parts);
        if (isComing) {
            verification.readAhead();
        }
        return verification;
    }

    /**
     * Verifies what was received, and installs it.
     *
     * @param tips that can be had then
     * @param then what is done before anybody else may install something: changes of refs
     */
    void install(Incoming incoming, Verification verification, List<Tip> tips, Histories histories, List<Lack.Part> parts, Runnable then) {
        verification.run(tips);
        try (LockFile _ = repository.lock(LOCK, WAIT)) {
            new Installation(repository, wal, incoming).run(parts, histories);
            then.run();
        }
        incoming.clear();
    }
}
