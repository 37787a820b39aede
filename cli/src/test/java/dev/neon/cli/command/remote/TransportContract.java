package dev.neon.cli.command.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.neon.repo.PromisedPart;
import dev.neon.repo.error.ConflictException;
import dev.neon.repo.error.InvalidInputException;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.error.TransferFailedException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.sync.Backfill;
import dev.neon.sync.Fetch;
import dev.neon.sync.Inventory;
import dev.neon.sync.Piece;
import dev.neon.sync.Push;
import dev.neon.sync.RefUpdate;
import dev.neon.sync.Remote;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for each way to another repository that can be pushed to. */
abstract class TransportContract extends ReadContract {
    /** What is large stays there, and comes when it is asked for, the same to the byte. */
    @Test
    void lazy() {
        Repository whole = empty("whole");
        Repository here = LazyClones.empty(directory.resolve("lazy/.neon"), this::open);
        try (Remote remote = open()) {
            Repositories.fetch(whole).run(remote, "origin", Fetch.Request.ALL);
            Fetch.Result first = Repositories.fetch(here).run(remote, "origin", Fetch.Request.ALL);
            assertTrue(first.bytes() < 100_000, first.toString());
        }
        assertEquals(whole.refs().list(RefName.Kind.REMOTE_BRANCH), here.refs().list(RefName.Kind.REMOTE_BRANCH));
        Repositories.requireSound(here);
        List<PromisedPart> missing = LazyClones.promised(here).missing();
        assertTrue(missing.stream().mapToLong(PromisedPart::bytes).sum() > 1 << 20, missing.toString());
        LazyClones.promised(here).bring(missing.subList(0, 1));
        LazyClones.promised(here).bring(missing);
        assertEquals(List.of(), LazyClones.promised(here).missing());
        Repositories.requireSound(here);
        assertEquals(0, new Backfill(here, Repositories.wal(here)).run());
        assertEquals(Repositories.timelines(whole.directory()), Repositories.timelines(here.directory()));
        Repositories.requireSound(here);
    }

    private static Push.Result push(Repository from, Remote to, boolean isAtomic, Push.Wish... wishes) {
        return new Push(from, Repositories.wal(from)).run(to, Optional.empty(), List.of(wishes), isAtomic, false);
    }

    private static Push.Wish wish(Repository from, RefName source, RefName name) {
        return new Push.Wish(from.refs().read(source), name, false, Optional.empty());
    }

    @Test
    void push() {
        Repository other = empty("other");
        RefName copy = RefName.branch("copy");
        try (Remote remote = open(other.directory())) {
            Push.Result first = push(there, remote, true, wish(there, MAIN, copy), wish(there, RefName.tag("v1"), RefName.tag("v1")));
            assertTrue(first.bytes() > 1 << 20, first.toString());
            assertTrue(first.outcomes().stream().allMatch(outcome -> outcome.refusal().isEmpty()), first.toString());
            Push.Result second = push(there, remote, true, wish(there, MAIN, RefName.branch("second")));
            assertEquals(0, second.bytes());
            // Its main has nothing to do with that, and is behind.
            Push.Result third = push(there, remote, false, wish(there, RefName.branch("other"), copy), wish(there, MAIN, RefName.branch("third")));
            assertEquals(List.of(true, false), third.outcomes().stream().map(outcome -> outcome.refusal().isPresent()).toList());
            Push.Result fourth = push(there, remote, true, wish(there, RefName.branch("other"), copy), wish(there, MAIN, RefName.branch("fourth")));
            assertTrue(fourth.outcomes().stream().allMatch(outcome -> outcome.refusal().isPresent()), fourth.toString());
            Push.Result deletion = push(there, remote, true, new Push.Wish(Optional.empty(), RefName.branch("third"), false, Optional.empty()));
            assertEquals(Optional.empty(), deletion.outcomes().getFirst().refusal());
            assertEquals(Set.of("refs/branches/copy", "refs/branches/second", "refs/tags/v1"), names(remote.refs(List.of())));
        }
        assertEquals(there.refs().read(RefName.tag("v1")), other.refs().read(RefName.tag("v1")));
        Repositories.requireSound(other);
    }

    /** The other side decides again when the refs are changed. */
    @Test
    void refusedByTheOtherSide() {
        Repository other = empty("other");
        try (Remote remote = open(other.directory())) {
            push(there, remote, true, wish(there, MAIN, MAIN));
            RefTarget.Point tip = remote.refs(List.of()).refs().get(MAIN);
            RefTarget.Point tag = (RefTarget.Point) there.refs().read(RefName.tag("v1")).orElseThrow();
            for (RefUpdate update : List.of(new RefUpdate(MAIN, Optional.of(tag), Optional.of(tip), true),
                    new RefUpdate(MAIN, Optional.empty(), Optional.of(tag), true),
                    new RefUpdate(MAIN, Optional.of(tip), Optional.of(tag), false),
                    new RefUpdate(RefName.HEAD, Optional.empty(), Optional.of(tag), true),
                    new RefUpdate(RefName.remoteBranch("x", "y"), Optional.empty(), Optional.of(tag), true),
                    new RefUpdate(MAIN, Optional.of(tip), Optional.empty(), false),
                    new RefUpdate(RefName.branch("new"), Optional.empty(), Optional.of(RefTarget.Point.of(tip.timeline(),
                            tip.lsn().plus(-1))), true))) {
                remote.offer(there.id(), new Inventory(List.of(), List.of()));
                List<RefUpdate.Outcome> outcomes = remote.update(there.id(), List.of(update), true);
                assertEquals(update.name(), outcomes.getFirst().name());
                assertTrue(outcomes.getFirst().refusal().isPresent(), update.toString());
            }
            assertEquals(Map.of(MAIN, tip), remote.refs(List.of()).refs());
        }
    }

    @Test
    void theSameRefTwice() {
        Repository other = empty("other");
        try (Remote remote = open(other.directory())) {
            push(there, remote, true, wish(there, MAIN, MAIN));
            Map<RefName, RefTarget.Point> before = remote.refs(List.of()).refs();
            assertThrows(InvalidInputException.class, () -> push(there, remote, true, wish(there, MAIN, MAIN), wish(there, RefName.tag("v1"), MAIN)));
            RefUpdate deletion = new RefUpdate(MAIN, Optional.of(before.get(MAIN)), Optional.empty(), true);
            remote.offer(there.id(), new Inventory(List.of(), List.of()));
            assertThrows(InvalidInputException.class, () -> remote.update(there.id(), List.of(deletion, deletion), false));
        }
        try (Remote remote = open(other.directory())) {
            assertEquals(Set.of("refs/branches/main"), names(remote.refs(List.of())));
        }
    }

    /** Of itself, of another cluster, and what was never offered. */
    @Test
    void unrelated() {
        try (Remote remote = open()) {
            assertThrows(ConflictException.class, () -> Repositories.fetch(there).run(remote, "origin", Fetch.Request.ALL));
            assertThrows(ConflictException.class, () -> push(there, remote, true, wish(there, MAIN, MAIN)));
        }
        Repository here = empty("here");
        try (Remote remote = open()) {
            assertThrows(NeonException.class, () -> remote.update(here.id(), List.of(), true));
        }
        try (Remote remote = open()) {
            Piece unasked = new Piece.OfFile(tip().timeline(), "settings/postgresql.conf", 0, 1);
            NeonException failure = assertThrows(NeonException.class, () -> remote.put(here.id(), List.of(unasked),
                    _ -> new java.io.ByteArrayInputStream(new byte[] {42})));
            assertTrue(!(failure instanceof TransferFailedException), failure.toString());
        }
    }
}
