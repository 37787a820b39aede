package dev.neon.cli.command.remote;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.Parameters;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.RemoteAccess;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.sync.Fetch;
import dev.neon.sync.Remote;
import dev.neon.sync.Remotes;
import java.util.List;

/** {@code neon fetch}. */
public final class FetchCommand extends Command {
    private final Flag prune = flag("-p", "--prune").help("remove remote-tracking refs that the remote has no more");
    private final Option<String> depthLsn = option("--depth-lsn").label("lsn").help(DepthOptions.LSN_HELP).text();
    private final Option<String> depthTime = option("--depth-time").label("time").help(DepthOptions.TIME_HELP).text();
    private final Flag dryRun = flag("-n", "--dry-run").help("only show what would change");
    private final OptionalParameter<String> remote = parameter("remote").completes(ValueKind.REMOTES)
            .help("the remote, or an address; origin if left out").optional();
    private final Parameters<String> names = parameter("branch").help("only these branches and tags").many();

    @Override
    public Description description() {
        return Description.of("Bring history from another repository")
                .text("""
                        Brings what is missing of the branches and tags of a remote, and notes where they are: origin/main. No branch of
                        this repository moves; 'neon pull' does that. What was broken off goes on where it was.
                        """)
                .example("neon fetch", "Fetches from origin.")
                .example("neon fetch origin main v1", "Fetches a branch and a tag; 'neon log main..origin/main' shows what has come.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.BUSY,
                        ExitCode.INVALID_INPUT, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED,
                        ExitCode.FORMAT_TOO_NEW, ExitCode.TRANSFER_FAILED, ExitCode.ACCESS_DENIED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        String named = remote.orElse(Remotes.DEFAULT);
        List<String> prefixes = names.get().stream()
                .flatMap(name -> name.startsWith("refs/") ? List.of(name).stream() : List.of("refs/branches/" + name, "refs/tags/" + name).stream())
                .toList();
        fetch(invocation, workspace, named, new Fetch.Request(prefixes,
                DepthOptions.depth(depthLsn, depthTime, invocation.environment().clock()), prune.isSet(), dryRun.isSet()));
        return ExitCode.OK;
    }

    static Fetch.Result fetch(Invocation invocation, Workspace workspace, String named, Fetch.Request request) {
        try (Remote other = RemoteAccess.open(invocation, workspace, named, false)) {
            Fetch.Result result = new Fetch(workspace.repository(), workspace.wal()).run(other, trackingName(workspace, named), request);
            RemoteText.fetched(invocation.output(), new Remotes(workspace.repository().config()).find(named)
                    .map(Remotes.Configured::url).orElse(named), result.changes());
            return result;
        }
    }

    /** What is fetched from an address that has no name goes below a name made of it. */
    static String trackingName(Workspace workspace, String named) {
        return new Remotes(workspace.repository().config()).find(named).map(Remotes.Configured::name)
                .orElseGet(() -> CloneCommand.lastPart(named).replaceAll("[^A-Za-z0-9_-]", "-"));
    }
}
