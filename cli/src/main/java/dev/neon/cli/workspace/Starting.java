package dev.neon.cli.workspace;

import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Output;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.RefName;
import java.util.Locale;
import java.util.function.Supplier;

/** How a start is told to people, wherever one happens. */
public final class Starting {
    private Starting() {}

    /** Runs a start and frames it: "Starting postgres on … ... ready in 0.2 s". */
    public static Instances.Started announce(Invocation invocation, String what, Supplier<Instances.Started> start) {
        Output output = invocation.output();
        output.noteBegin("Starting postgres on " + what + " ... ");
        Instances.Started started;
        try {
            started = start.get();
        } catch (RuntimeException failure) {
            output.note("failed");
            throw failure;
        }
        output.note(started.fresh()
                ? String.format(Locale.ROOT, "ready in %.1f s", started.took().toMillis() / 1000.0)
                : "already running");
        return started;
    }

    /** Prints where a started server can be reached. */
    public static void result(Invocation invocation, Workspace workspace, Instances.Started started, boolean json) {
        String uri = started.instance().connectionString(Workspaces.user(workspace), "postgres");
        if (!json) {
            invocation.output().line(uri);
            return;
        }
        invocation.output().json(out -> out.object(() -> out.put("uri", uri).put("port", started.instance().port())
                .put("pid", started.instance().pid()).put("timeline", started.instance().timeline().hex())
                .put("socketDirectory", started.instance().socketDirectory().toString())
                .put("started", started.fresh()).put("seconds", started.took().toMillis() / 1000.0)));
    }

    /** "branch main (timeline 76cf…)", "HEAD's temporary timeline 76cf…". */
    public static String describe(StartRequest request) {
        boolean isTemporary = !request.readOnly() && request.label().equals(RefName.HEAD.full());
        return (isTemporary ? "HEAD's temporary timeline" : (request.readOnly() ? "revision " : "branch ") + request.label()
                + " (timeline") + ' ' + request.timeline() + (isTemporary ? "" : ")");
    }
}
