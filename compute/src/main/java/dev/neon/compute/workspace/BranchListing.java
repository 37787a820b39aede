package dev.neon.compute.workspace;

import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.config.BranchSettings;
import dev.neon.repo.error.NeonException;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.refs.RefStore;
import dev.neon.repo.refs.RefTarget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The branches of a repository with what people want to know of each. */
public final class BranchListing {
    private final Workspace workspace;
    private final BranchSettings settings;

    BranchListing(Workspace workspace) {
        this.workspace = workspace;
        this.settings = new BranchSettings(workspace.repository().config());
    }

    /**
     * A branch.
     *
     * @param head     whether HEAD is on it
     * @param timeline empty if the branch's own file is damaged
     * @param tip      the end of its WAL; empty if it cannot be found, {@code problem} says why
     * @param created  empty for a timeline of the format's first draft
     * @param ownBytes WAL since it was forked
     * @param server   the server that runs on it
     * @param crashed  whether one was started, not stopped, and is gone
     * @param expires  when it is to go; empty if it is to stay
     * @param isProtected whether it may not be deleted or replaced
     */
    public record Entry(String name, boolean head, Optional<TimelineId> timeline, Optional<Lsn> tip,
                        Optional<Instant> created, long ownBytes, Optional<Instance> server, boolean crashed,
                        Optional<Instant> expires, boolean isProtected, Optional<String> problem) {
        /** {@code running}, {@code stopped} or {@code crashed}. */
        public String state() {
            return server.isPresent() ? "running" : crashed ? "crashed" : "stopped";
        }

        public Optional<Integer> port() {
            return server.map(Instance::port);
        }
    }

    /** All branches by name. One that is damaged does not hide the others. */
    public List<Entry> list() {
        Optional<RefName> head = workspace.branches().head();
        List<Entry> entries = new ArrayList<>();
        RefStore.Listing listing = workspace.repository().refs().listing(RefName.Kind.BRANCH);
        for (Map.Entry<RefName, RefTarget> ref : listing.refs().entrySet()) {
            entries.add(entry(ref.getKey(), Branches.timelineOf(ref.getValue()),
                    head.equals(Optional.of(ref.getKey()))));
        }
        if (!listing.damaged().isEmpty()) {
            listing.damaged().forEach((branch, problem) -> entries.add(damaged(branch, Optional.empty(),
                    head.equals(Optional.of(branch)), Optional.empty(), false, problem)));
            entries.sort((one, other) -> one.name().compareTo(other.name()));
        }
        return entries;
    }

    private Entry entry(RefName branch, TimelineId timeline, boolean head) {
        Optional<Instances.Listed> known = workspace.instances().look(timeline);
        Optional<Instance> server = known.filter(Instances.Listed::isRunning).map(Instances.Listed::instance);
        boolean crashed = known.isPresent() && server.isEmpty();
        try {
            Lsn tip = workspace.positions().end(timeline);
            return new Entry(branch.shortName(), head, Optional.of(timeline), Optional.of(tip),
                    workspace.repository().timelines().history(timeline).created(),
                    workspace.timelines().ownBytes(timeline, tip), server, crashed,
                    settings.expires(branch), settings.isProtected(branch), Optional.empty());
        } catch (NeonException problem) {
            return damaged(branch, Optional.of(timeline), head, server, crashed, problem);
        }
    }

    private Entry damaged(RefName branch, Optional<TimelineId> timeline, boolean head,
                                 Optional<Instance> server, boolean crashed, NeonException problem) {
        return new Entry(branch.shortName(), head, timeline, Optional.empty(), Optional.empty(), 0, server,
                crashed, Optional.empty(), false, Optional.of(String.valueOf(problem.getMessage())));
    }
}
