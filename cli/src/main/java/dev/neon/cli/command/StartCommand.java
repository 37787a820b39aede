package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Options;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.BackgroundCollection;
import dev.neon.cli.workspace.Starting;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.instance.Instances;
import dev.neon.compute.instance.Ports;
import dev.neon.compute.instance.StartRequest;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.TimelineId;
import dev.neon.repo.lease.HeldLease;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;
import dev.neon.snapshot.RedoEngine;
import java.nio.file.Path;
import java.time.Duration;

/** {@code neon start}. */
final class StartCommand extends Command {
    private final Option<Integer> port = option("-p", "--port").label("port")
            .help("TCP port; the first free one from 55432 up if left out").integer(1, Ports.LAST);
    private final Option<String> listen = option("--listen").label("addresses")
            .help("addresses to listen on, as in listen_addresses; loopback if left out").text();
    private final Options<String> settings = option("-c", "--set").label("name=value")
            .help("a setting of PostgreSQL for this run").texts();
    private final Flag readOnly = flag("--read-only").help("look at any revision, on a throw-away timeline");
    private final Option<Path> binaries = option("--pg-bin").label("dir").completes(ValueKind.DIRECTORY)
            .help("directory of an installed PostgreSQL's programs").path();
    private final Option<RedoEngine> redo = RedoOption.of(option("--redo"));
    private final Option<Integer> timeout = option("--timeout").label("seconds")
            .help("how long to wait, recovery not counted while it moves; 60 if left out").integer(1);
    private final Flag json = json();
    private final OptionalParameter<String> revision = parameter("branch").completes(ValueKind.REVISIONS)
            .help("the branch; where HEAD is if left out; any revision with --read-only").optional();

    @Override
    public Description description() {
        return Description.of("Start PostgreSQL on a branch")
                .text("""
                        Makes the data directory of the branch if it is missing, starts PostgreSQL on it and waits until it
                        accepts connections. The connection string is the result. A branch that is running already is left
                        as it is; options that it does not run with are refused.

                        Several branches can run at once. Settings given with -c hold for this run; ALTER SYSTEM and
                        changes of postgresql.conf stay with the branch.

                        With --read-only, the server runs on a throw-away timeline that begins at the revision and
                        disappears when it is stopped; its sessions are read-only unless they decide otherwise. 'neon ps'
                        shows the name that it is stopped by.
                        """)
                .example("neon start main", "Starts the branch main.")
                .example("neon start main -p 5433 -c work_mem=64MB", "Chooses the port and a setting.")
                .example("neon start --read-only before-migration", "Looks at a tag.")
                .example("neon start --read-only 'main@{yesterday 18:00}'", "Looks at main as it was then.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.POSTGRES_FAILED,
                        ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW,
                        ExitCode.TRANSFER_FAILED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        StartRequest.check(settings.get());
        workspace.instances().sweep();
        if (readOnly.isSet()) {
            startAtRevision(workspace, invocation);
        } else {
            start(workspace, invocation, onBranch(workspace, invocation));
        }
        return ExitCode.OK;
    }

    private void start(Workspace workspace, Invocation invocation, StartRequest request) {
        Instances.Started started = Starting.announce(invocation, Starting.describe(request),
                () -> workspace.start(request));
        Starting.result(invocation, workspace, started, json.isSet());
        if (!request.readOnly()) {
            new BackgroundCollection(workspace).startIfDue(invocation, request.timeline());
        }
    }

    private StartRequest onBranch(Workspace workspace, Invocation invocation) {
        Head head = Workspaces.head(workspace);
        if (head instanceof Head.Temporary temporary && revision.get().filter(name -> !name.equals(RefName.HEAD.full())).isEmpty()) {
            return request(workspace.timelines().writable(RefName.HEAD, temporary.timeline()), RefName.HEAD.full(), invocation);
        }
        RefName branch = Workspaces.branch(workspace, revision.get());
        TimelineId timeline = workspace.timelines().writable(branch, Workspaces.timeline(workspace, branch));
        return request(timeline, branch.shortName(), invocation);
    }

    private void startAtRevision(Workspace workspace, Invocation invocation) {
        String named = revision.orElse("HEAD");
        Point at = Workspaces.point(workspace, invocation.output(), named);
        TimelineId timeline = TimelineId.random();
        try (HeldLease _ = workspace.timelines().hold(timeline, at, "start at " + named)) {
            workspace.timelines().throwAway(timeline, at, named);
            start(workspace, invocation, request(timeline, label(workspace, named, at), invocation));
        }
    }

    /** Never the bare name of a branch, which means the server on the branch itself. */
    private static String label(Workspace workspace, String named, Point at) {
        String whole = TimelineId.isTimelineId(named) ? named
                : workspace.resolver().branchNamed(named).map(RefName::shortName).orElse("");
        return whole.isEmpty() ? named : whole + '@' + at.lsn();
    }

    private StartRequest request(TimelineId timeline, String label, Invocation invocation) {
        return new StartRequest(timeline, label, readOnly.isSet(), port.get(),
                listen.get(), settings.get(), binaries.get().map(invocation::resolve),
                timeout.get().map(Duration::ofSeconds).orElse(StartRequest.DEFAULT_TIMEOUT), redo.orElse(RedoEngine.NEON));
    }
}
