package dev.neon.compute.proxy;

import dev.neon.compute.workspace.Branches;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import java.util.List;
import java.util.Optional;

/** What a client wants a server on. Those who want the same have equal keys. */
sealed interface Target {
    /** Equal for targets that one server serves. */
    record Key(TimelineId timeline, Optional<Lsn> point) {}

    Key key();

    /** What people call it. */
    String label();

    /** A timeline to write, and the branch or HEAD that is on it. */
    record Line(TimelineId timeline, RefName ref) implements Target {
        @Override
        public Key key() {
            return new Key(timeline, Optional.empty());
        }

        @Override
        public String label() {
            return ref.shortName();
        }
    }

    /** A point to look at, as {@code label} names it. */
    record Past(Point point, String label) implements Target {
        @Override
        public Key key() {
            return new Key(point.timeline(), Optional.of(point.lsn()));
        }
    }

    /**
     * Finds what a revision means; a branch of another repository is forked first.
     *
     * @param revision   empty if none is named
     * @param serverName says it then; without either it is HEAD
     * @throws NotFoundException if it names nothing; the hint has the names that are near
     */
    static Target find(Workspace workspace, Optional<String> revision, Optional<ServerName> serverName) {
        String named = revision.or(() -> serverName.map(name -> name.revision(branches(workspace)))).orElse(RefName.HEAD.full());
        if (named.equals(RefName.HEAD.full())
                && Head.read(workspace.repository().refs()).orElse(null) instanceof Head.Temporary temporary) {
            return new Line(workspace.timelines().writable(RefName.HEAD, temporary.timeline()), RefName.HEAD);
        }
        Optional<RefName> branch = workspace.resolver().branchNamed(named);
        if (branch.isPresent()) {
            return line(workspace, branch.get());
        }
        Point point = workspace.resolver().resolve(named);
        // If a branch has come since the first look, it is meant itself, and not its end of that moment.
        Optional<RefName> come = workspace.resolver().branchNamed(named);
        return come.isPresent() ? line(workspace, come.get())
                : new Past(point, TimelineId.isTimelineId(named) ? named + '@' + point.lsn() : named);
    }

    private static Line line(Workspace workspace, RefName branch) {
        TimelineId timeline = Branches.timelineOf(workspace.repository().refs().read(branch).orElseThrow(() ->
                new NotFoundException("branch '" + branch.shortName() + "' does not exist", "It was deleted just now.")));
        return new Line(workspace.timelines().writable(branch, timeline), branch);
    }

    private static List<String> branches(Workspace workspace) {
        return workspace.repository().refs().listing(RefName.Kind.BRANCH).refs().keySet().stream().map(RefName::shortName).toList();
    }
}
