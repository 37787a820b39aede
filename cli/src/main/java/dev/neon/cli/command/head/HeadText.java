package dev.neon.cli.command.head;

import dev.neon.ancestry.CommittedWork;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Each;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Sizes;
import dev.neon.cli.workspace.Starting;
import dev.neon.compute.checkout.HeadState;
import dev.neon.compute.checkout.Moved;
import dev.neon.compute.instance.Instance;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import java.util.List;

/** What commands that move HEAD say, and the servers that they take along. */
public final class HeadText {
    static final String RESTART = "stop a server on what is left, and start it where HEAD is now, on the same port";
    static final String RESTART_ALL = "take servers on what is left along, on the same port";
    private static final String RESTART_KEY = "checkout.restart";

    private HeadText() {}

    /** Whether servers are to be taken along: the option, or {@code checkout.restart}. */
    static boolean isRestart(Flag restart, Workspace workspace) {
        return restart.isSet() || workspace.repository().config().getBoolean(RESTART_KEY, false);
    }

    /** Says where HEAD is, and starts what was stopped. */
    static void print(Invocation invocation, Workspace workspace, Moved moved) {
        invocation.output().note("Switched to " + place(moved.head()) + " at " + moved.at().lsn());
        startAgain(invocation, workspace, moved);
    }

    /** Starts what was stopped, and says what goes on elsewhere. */
    static void startAgain(Invocation invocation, Workspace workspace, Moved moved) {
        moved.left().ifPresent(server -> invocation.output().note("A server goes on where HEAD was, on port " + server.port()
                + "; '--restart' would take it along, 'neon stop " + label(workspace, server) + "' ends it"));
        start(invocation, workspace, moved.restart());
    }

    /** What a server is called where names have changed since it was found. */
    public static String label(Workspace workspace, Instance server) {
        return workspace.instances().list().stream().map(Instances.Listed::instance)
                .filter(listed -> listed.timeline().equals(server.timeline())).findFirst()
                .map(Instance::label).orElse(server.timeline().hex());
    }

    /** Starts servers again, wherever they belong by now; one that cannot be started keeps no other from it. */
    static void start(Invocation invocation, Workspace workspace, List<StartRequest> requests) {
        Each.of(requests, invocation.output(), request -> Starting.result(invocation, workspace,
                Starting.announce(invocation, Starting.describe(request), () -> workspace.start(request)), false));
    }

    /** {@code branch main}, {@code a temporary timeline of main}. */
    public static String place(Head head) {
        return switch (head) {
            case Head.OnBranch on -> "branch " + on.name().shortName();
            case Head.Temporary temporary -> "a temporary timeline" + temporary.branch()
                    .map(branch -> " of " + branch.shortName()).orElse("");
        };
    }

    /** {@code 3 transactions, 412 kB}. */
    public static String work(CommittedWork work) {
        return Sizes.count(work.transactions(), "transaction") + ", " + Sizes.bytes(work.bytes());
    }

    /** {@code on a temporary timeline of main, 3 transactions, 412 kB ahead; main has not moved}. */
    public static String title(HeadState.Work work) {
        String ahead = work.isAhead() ? work(work.ahead()) + " ahead" : "nothing to commit";
        String branch = work.branch().map(RefName::shortName).orElse("");
        String moved = branch.isEmpty() ? "" : work.tip().isEmpty() ? "; " + branch + " does not exist"
                : work.hasMoved() ? "; " + branch + " has moved by " + work(work.moved()) : "; " + branch + " has not moved";
        return "on a " + work.title() + ", " + ahead + moved;
    }

    /** What can be done next, as {@code git status} says it. */
    public static void hints(Output output, HeadState.Work work) {
        if (!work.isAhead()) {
            return;
        }
        if (work.branch().isEmpty()) {
            output.note("  (use \"neon checkout -b <name>\" to make a branch of it)");
        } else if (work.hasMoved()) {
            output.note("  (use \"neon checkout -b <name>\" to commit to a branch of your own)");
        } else {
            output.note("  (use \"neon commit -m <message>\" to bring " + work.branch().get().shortName() + " here)");
        }
        output.note("  (use \"neon diff\" to see what changed, \"neon checkout --discard\" to leave it)");
    }
}
