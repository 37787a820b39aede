package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Undo;
import dev.neon.compute.workspace.Workspace;

/** What gives refs the values that they had: {@code neon undo}, {@code neon redo}, {@code neon op restore}. */
abstract class TakingBackCommand extends Command {
    private final Flag restart = flag("--restart").help(HeadText.RESTART_ALL);
    private final String verb;
    private final String back;

    /**
     * @param verb what it has done to an operation, for people
     * @param back the command that takes it back
     */
    TakingBackCommand(String verb, String back) {
        this.verb = verb;
        this.back = back;
    }

    /** Does it. */
    abstract Undo.Done run(Undo undo);

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        Undo.Done done = run(new Undo(workspace, HeadText.isRestart(restart, workspace)));
        OperationText.done(invocation, workspace, verb, done, back);
        return ExitCode.OK;
    }
}
