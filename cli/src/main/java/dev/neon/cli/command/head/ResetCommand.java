package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Checkouts;
import dev.neon.compute.checkout.Moved;
import dev.neon.compute.checkout.Resets;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.RefName;
import dev.neon.repo.revision.Point;

/** {@code neon reset}. */
public final class ResetCommand extends Command {
    private final Option<String> preserve = option("--preserve-under-name").label("name")
            .help("make a branch of what the branch was before").text();
    private final Flag discard = flag("--discard", "--hard").help("leave what is not committed");
    private final Flag restart = flag("--restart").help(HeadText.RESTART_ALL);
    private final OptionalParameter<String> revision = parameter("revision").completes(ValueKind.REVISIONS)
            .help("where the branch is to be; where it is if left out").optional();

    @Override
    public Description description() {
        return Description.of("Bring HEAD's branch to another point")
                .text("""
                        Brings the branch that HEAD is on to a revision, and HEAD with it. 'neon undo' takes that back; what
                        the branch was can be given a name as well.
                        """)
                .example("neon reset 'main@{1 hour ago}'", "Brings the branch to where main was.")
                .example("neon reset --preserve-under-name before main@0/15ECF68", "Keeps what it is as the branch before.")
                .example("neon reset --restart 'HEAD@{1}'", "Goes back one step in the log, with the server.")
                .exits(HeadExits.NAMING);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        String named = revision.get().or(() -> Workspaces.head(workspace).branch().map(RefName::shortName)).orElse("HEAD^");
        Point at = Workspaces.point(workspace, invocation.output(), named);
        Moved moved = new Resets(workspace).reset(at, named, preserve.get(),
                new Checkouts.Options(discard.isSet(), HeadText.isRestart(restart, workspace)));
        invocation.output().note(moved.head().branch().map(branch -> "Branch " + branch.shortName()).orElse("HEAD") + " is now at "
                + at.lsn() + preserve.get().map(name -> "; what it was is the branch " + name).orElse("; 'neon undo' takes that back"));
        HeadText.startAgain(invocation, workspace, moved);
        return ExitCode.OK;
    }
}
