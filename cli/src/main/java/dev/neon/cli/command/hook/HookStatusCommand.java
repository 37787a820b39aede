package dev.neon.cli.command.hook;

import dev.neon.cli.command.head.HeadText;
import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.io.Output;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.Head;
import dev.neon.repo.refs.RefName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code neon hook status}. */
public final class HookStatusCommand extends Command {
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("Show whether the database follows git's branch")
                .text("""
                        Shows whether the hook is installed, where git and the database are, and which branches of the database have no
                        branch of git (any more): 'git branch -d' leaves them alone. Ends with 1 if no hook is installed.
                        """)
                .example("neon hook status", "Shows it for people.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Git git = new Git(invocation.environment());
        HookFile hook = new HookFile(git.workTree());
        HookFile.State state = hook.state();
        boolean isInstalled = state == HookFile.State.OURS || state == HookFile.State.CALLS_NEON;
        HookSettings settings = HookSettings.of(workspace.repository().config());
        Optional<String> branch = git.branch();
        Head head = Workspaces.head(workspace);
        List<String> left = left(workspace, git);
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> out.put("installed", isInstalled).put("file", hook.path().toString())
                    .put("mode", settings.modeName()).put("restart", settings.isRestart()).put("gitBranch", branch)
                    .put("branch", head.branch().map(RefName::shortName)).put("temporary", head instanceof Head.Temporary)
                    .putArray("withoutGitBranch", left, out::value)));
        } else {
            print(invocation.output(), hook, state, settings, branch, head, left);
        }
        return isInstalled ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private static List<String> left(Workspace workspace, Git git) {
        Set<String> known = new HashSet<>(git.branches());
        // One that has no commit yet is not listed.
        git.branch().ifPresent(known::add);
        return workspace.repository().refs().list(RefName.Kind.BRANCH).keySet().stream().map(RefName::shortName)
                .filter(name -> !known.contains(name)).toList();
    }

    private static void print(Output output, HookFile hook, HookFile.State state, HookSettings settings, Optional<String> branch,
            Head head, List<String> left) {
        output.line(switch (state) {
            case OURS -> "The hook is installed: " + hook.path();
            case CALLS_NEON -> "A hook that calls neon is installed: " + hook.path();
            case OTHER -> "The hook is not installed; there is another one, which 'neon hook install' says how to extend: " + hook.path();
            case MISSING -> "The hook is not installed; 'neon hook install' does it";
        });
        output.line("hook.mode is " + settings.modeName() + ", servers " + (settings.isRestart() ? "come along" : "stay"));
        boolean isSame = branch.isPresent() && head.branch().map(RefName::shortName).equals(branch);
        output.line("git is on " + branch.map(name -> "branch " + name).orElse("no branch") + ", the database on " + HeadText.place(head)
                + (branch.isPresent() && !isSame ? "; 'git switch " + branch.get() + "' brings it along" : ""));
        if (!left.isEmpty()) {
            output.line("Branches of the database that git does not have; 'neon branch -d <name>' deletes one:");
            left.forEach(name -> output.line("  " + name));
        }
    }
}
