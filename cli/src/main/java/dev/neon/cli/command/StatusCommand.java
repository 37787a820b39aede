package dev.neon.cli.command;

import dev.neon.cli.command.head.HeadText;
import dev.neon.cli.command.pageserver.PageServerText;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.HeadState;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.ClusterIdentity;
import dev.neon.repo.Lsn;
import dev.neon.repo.TimelineId;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.timeline.Ancestor;
import dev.neon.snapshot.Snapshot;
import java.util.Optional;

/** {@code neon status}. */
final class StatusCommand extends Command {
    private final Flag json = json();
    private final Flag porcelain = porcelain();

    @Override
    public Description description() {
        return Description.of("Show where HEAD is")
                .text("""
                        Shows the branch that HEAD is on, the end of its WAL, its server, and how much WAL would have to be
                        replayed to rebuild its data directory.
                        """)
                .example("neon status", "Shows it for people.")
                .example("neon status --porcelain", "Shows it for scripts, a key and a value on each line.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    /** What there is to say. */
    private record Status(Optional<HeadState.Work> work, Optional<RefName> branch, TimelineId timeline, Lsn tip, long ownBytes,
                          Optional<Ancestor> parent, ClusterIdentity cluster, Optional<Instances.Listed> known,
                          Optional<Snapshot> snapshot) {
        Optional<Instance> server() {
            return known.filter(Instances.Listed::isRunning).map(Instances.Listed::instance);
        }

        String state() {
            return known.isEmpty() ? "stopped" : known.get().isRunning() ? "running" : "crashed";
        }

        long replay() {
            return snapshot.filter(base -> !base.isLayered()).map(base -> base.clean() && base.lsn().equals(tip) ? 0 : tip.minus(base.redo())).orElse(0L);
        }
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Status status = status(workspace);
        Output output = invocation.output();
        if (json.isSet()) {
            printJson(output, status);
        } else if (porcelain.isSet()) {
            printPorcelain(output, status);
        } else {
            print(output, status);
            PageServerText.running(workspace).ifPresent(text -> output.line(capital(text)));
            status.work().ifPresent(work -> HeadText.hints(output, work));
        }
        return ExitCode.OK;
    }

    private static Status status(Workspace workspace) {
        var head = workspace.resolver().resolve("HEAD");
        HeadState state = HeadState.read(workspace);
        TimelineId timeline = head.timeline();
        return new Status(state.work(), state.head().branch(), timeline, head.lsn(), workspace.timelines().ownBytes(timeline, head.lsn()),
                workspace.repository().timelines().history(timeline).parent(), workspace.wal().identity(timeline),
                workspace.instances().look(timeline), workspace.snapshots().newestFor(timeline, head.lsn()));
    }

    private static void print(Output output, Status status) {
        String place = "(timeline " + status.timeline() + ", PostgreSQL " + status.cluster().major() + ')';
        // The first line of a checkout is long already.
        boolean isTemporary = status.work().isPresent();
        output.line(isTemporary ? capital(HeadText.title(status.work().get()))
                : "On branch " + status.branch().map(RefName::shortName).orElse("?") + ' ' + place);
        String since = status.parent().map(parent -> "since it was forked at " + parent.forkPoint())
                .orElse("since its first snapshot");
        output.line("WAL ends at " + status.tip() + ", " + Sizes.bytes(status.ownBytes()) + ' ' + since
                + (isTemporary ? ' ' + place : ""));
        output.line(status.server().map(server -> "Server running on port " + server.port() + " (pid " + server.pid()
                + ')').orElse(status.known().isPresent() ? "Server crashed; 'neon start' recovers it"
                        : "No server running"));
        output.line(status.snapshot().map(snapshot -> status.replay() == 0
                ? "Newest snapshot is at the end of WAL"
                : "Newest snapshot at " + snapshot.lsn() + ", a rebuild replays " + Sizes.bytes(status.replay()))
                .orElse("No snapshot: this timeline cannot be rebuilt"));
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static void printPorcelain(Output output, Status status) {
        output.line("branch\t" + status.branch().map(RefName::shortName).orElse("-"));
        output.line("timeline\t" + status.timeline());
        output.line("lsn\t" + status.tip());
        output.line("own-bytes\t" + status.ownBytes());
        output.line("postgres\t" + status.cluster().major());
        output.line("state\t" + status.state());
        output.line("port\t" + status.server().map(server -> Integer.toString(server.port())).orElse("-"));
        output.line("snapshot\t" + status.snapshot().map(snapshot -> snapshot.lsn().toString()).orElse("-"));
        output.line("replay-bytes\t" + status.replay());
        status.work().ifPresent(work -> {
            output.line("ahead-transactions\t" + work.ahead().transactions());
            output.line("ahead-bytes\t" + work.ahead().bytes());
            output.line("moved-transactions\t" + work.moved().transactions());
        });
    }

    private static void printJson(Output output, Status status) {
        output.json(out -> out.object(() -> out.put("branch", status.branch().map(RefName::shortName))
                .put("timeline", status.timeline().hex()).put("lsn", status.tip().toString())
                .put("ownBytes", status.ownBytes()).put("postgres", status.cluster().major())
                .put("parent", status.parent().map(parent -> parent.timeline().hex()))
                .put("forkPoint", status.parent().map(parent -> parent.forkPoint().toString()))
                .put("state", status.state()).putNumber("port", status.server().map(Instance::port))
                .put("snapshot", status.snapshot().map(snapshot -> snapshot.lsn().toString()))
                .put("replayBytes", status.replay()).put("temporary", status.work().isPresent())
                .putNumber("aheadTransactions", status.work().map(work -> work.ahead().transactions()))
                .putNumber("aheadBytes", status.work().map(work -> work.ahead().bytes()))
                .putNumber("movedTransactions", status.work().map(work -> work.moved().transactions()))));
    }
}
