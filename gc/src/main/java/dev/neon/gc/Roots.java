package dev.neon.gc;

import dev.neon.repo.Iso8601;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.lease.Lease;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.RefChange;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefTarget;
import dev.neon.repo.repository.Repository;
import dev.neon.repo.revision.WalPositions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * All who need a part of a repository's history (docs/gc.md, table of roots).
 *
 * @param refs   branches from their horizon on, tags and remote-tracking refs; HEAD where it is on no branch. In the order
 *               of their names within a kind
 * @param others old values of refs in the operation log, leases, running servers
 */
public record Roots(Map<RefName, Root> refs, List<Root> others) {
    private static final String REFLOG_EXPIRE = "gc.reflogExpire";
    private static final Duration DEFAULT_REFLOG_EXPIRE = Duration.ofDays(90);

    /** All of them. */
    public List<Root> all() {
        List<Root> all = new ArrayList<>(refs.values());
        all.addAll(others);
        return all;
    }

    /**
     * Reads them: leases first, then refs, then the log. What is handed from one to the next while they are read is seen
     * once at least: an operation's lease ends when its ref or its server stands, a ref goes when the log has it.
     *
     * @param facts     is told of timelines that have come since it was read
     * @param positions where WAL ends and when what happened
     * @param servers   is asked, after the leases were read, for the servers that run; one whose timeline is gone is passed over
     * @throws NotFoundException                          if a ref names a timeline that does not exist: it may be there under
     *                                                    another name. A lease or an entry of the log that does is passed
     *                                                    over, with a warning unless an operation has just given it up
     * @throws dev.neon.repo.error.CorruptFileException   if a ref, the log or a user's lease is damaged
     * @throws dev.neon.repo.error.InvalidInputException  if a setting of the configuration is none
     */
    public static Roots read(Repository repository, RepositoryFacts facts, WalPositions positions, Instant now,
            Supplier<? extends Collection<Root>> servers) {
        return new Reader(repository, facts, positions, now).read(servers);
    }

    private static final class Reader {
        private final Repository repository;
        private final RepositoryFacts facts;
        private final Retention retention;
        private final Instant now;
        private final Map<RefName, Root> refs = new LinkedHashMap<>();
        private final List<Root> others = new ArrayList<>();

        Reader(Repository repository, RepositoryFacts facts, WalPositions positions, Instant now) {
            this.repository = repository;
            this.facts = facts;
            this.retention = new Retention(repository, positions, now);
            this.now = now;
        }

        Roots read(Supplier<? extends Collection<Root>> servers) {
            List<Lease> leases = repository.leases().list(now);
            Collection<Root> running = servers.get();
            for (RefName.Kind kind : RefName.Kind.values()) {
                repository.refs().list(kind).forEach((name, target) ->
                        ref(name, target).ifPresent(root -> refs.put(name, root)));
            }
            readLog();
            leases.forEach(this::add);
            running.stream().filter(root -> facts.knows(root.timeline())).forEach(others::add);
            return new Roots(refs, List.copyOf(others));
        }

        private Optional<Root> ref(RefName ref, RefTarget target) {
            String name = name(ref);
            return switch (target) {
                case RefTarget.Timeline line -> {
                    requireThere(name, line.id());
                    yield Optional.of(line(name, ref, line.id()));
                }
                case RefTarget.Point point -> {
                    requireThere(name, point.timeline());
                    yield Optional.of(Root.ofPoint(name, point.timeline(), point.lsn()));
                }
                case RefTarget.Symbolic _ -> Optional.empty();
            };
        }

        private Root line(String name, RefName ref, TimelineId timeline) {
            Optional<RefName> branch = ref.kind() == RefName.Kind.BRANCH ? Optional.of(ref) : Optional.empty();
            Lsn begin = facts.begin(timeline);
            return new Root(name, timeline, retention.horizon(branch, timeline, name)
                    .map(horizon -> Lsn.max(begin, horizon)).orElse(begin), Root.OPEN);
        }

        private void requireThere(String name, TimelineId timeline) {
            if (!facts.knows(timeline)) {
                throw new NotFoundException(name + " names timeline '" + timeline + "', which does not exist",
                        "Put the timeline back from a copy of the repository, or delete what names it.");
            }
        }

        /** A value that a ref no longer has. Of a branch, that is the end of its timeline. */
        private record OldValue(TimelineId timeline, Lsn point) {}

        private void readLog() {
            boolean all = Retention.isNever(repository.config(), REFLOG_EXPIRE);
            Duration expire = all ? Duration.ZERO
                    : repository.config().getDuration(REFLOG_EXPIRE).orElse(DEFAULT_REFLOG_EXPIRE);
            Set<OldValue> known = new HashSet<>();
            for (Operation operation : repository.log().read()) {
                if (!all && Duration.between(operation.time(), now).compareTo(expire) >= 0) {
                    continue;
                }
                for (RefChange change : operation.changes()) {
                    Optional<OldValue> old = change.oldValue().map(text -> RefTarget.parse(change.ref(), text))
                            .flatMap(Reader::oldValue);
                    if (old.isPresent() && known.add(old.get())) {
                        String name = "operation log: " + change.ref().shortName() + " until "
                                + Iso8601.format(operation.time());
                        addIfThere(Root.ofPoint(name, old.get().timeline(), old.get().point()));
                    }
                }
            }
        }

        private static Optional<OldValue> oldValue(RefTarget target) {
            return switch (target) {
                case RefTarget.Timeline line -> Optional.of(new OldValue(line.id(), Root.OPEN));
                case RefTarget.Point point -> Optional.of(new OldValue(point.timeline(), point.lsn()));
                case RefTarget.Symbolic _ -> Optional.empty();
            };
        }

        private void add(Lease lease) {
            String name = "lease " + lease.id() + (lease.reason().isEmpty() ? "" : " (" + lease.reason() + ")");
            boolean isOperation = lease.holder() instanceof Lease.Holder.Operation;
            for (Lease.Span span : lease.spans()) {
                Root root = new Root(name, span.timeline(), span.from(), span.to());
                // An operation takes its lease before it makes the timeline.
                if (!isOperation) {
                    addIfThere(root);
                } else if (facts.knows(span.timeline())) {
                    others.add(root);
                }
            }
        }

        private void addIfThere(Root root) {
            if (facts.knows(root.timeline())) {
                others.add(root);
            } else {
                repository.context().warnings().tell(root.name() + " names timeline '" + root.timeline()
                        + "', which does not exist; it is passed over");
            }
        }

        private static String name(RefName ref) {
            return switch (ref.kind()) {
                case HEAD -> "HEAD";
                case BRANCH -> "branch " + ref.shortName();
                case TAG -> "tag " + ref.shortName();
                case REMOTE_BRANCH -> "remote branch " + ref.shortName();
                case REMOTE_TAG -> "remote tag " + ref.shortName();
                case STASH -> "stash " + ref.stashNumber();
            };
        }
    }
}
