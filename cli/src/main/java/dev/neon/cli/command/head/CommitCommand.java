package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Options;
import dev.neon.cli.framework.UsageException;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Commits;
import dev.neon.compute.workspace.Workspace;

/** {@code neon commit}. */
public final class CommitCommand extends Command {
    private final Options<String> message = option("-m", "--message").label("text")
            .help("what was done; several are paragraphs").texts();
    private final Flag allowEmpty = flag("--allow-empty").help("commit although no transaction has changed anything");
    private final Flag restart = flag("--restart").help("restart a server on the branch itself where that is now");
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("Bring the branch to where HEAD's temporary timeline is")
                .text("""
                        Points the branch at the end of what its temporary timeline has by now: a few small files, whatever was
                        changed. A server on the timeline goes on. Transactions that are open when the commit is made are not in
                        it, and what comes later is for the next one. Message, author and time are shown by 'neon log'.

                        If the branch has moved since it was checked out, nothing is done, and what can be done is said.
                        """)
                .example("neon commit -m 'add orders'", "Brings HEAD's branch here.")
                .exits(HeadExits.MOVING);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        String text = String.join("\n\n", message.get()).strip();
        if (text.isEmpty()) {
            throw new UsageException("a commit needs a message", "Say what was done, for example 'neon commit -m orders'.");
        }
        Workspace workspace = Workspaces.open(invocation);
        Commits.Committed done = new Commits(workspace).commit(text, allowEmpty.isSet(), HeadText.isRestart(restart, workspace));
        if (json.isSet()) {
            invocation.output().json(out -> out.object(() -> out.put("branch", done.branch().shortName())
                    .put("timeline", done.moved().at().timeline().hex()).put("lsn", done.lsn().toString())
                    .put("transactions", done.work().transactions()).put("bytes", done.work().bytes())));
        } else {
            invocation.output().line('[' + done.branch().shortName() + ' ' + done.lsn() + "] " + text.lines().findFirst().orElse(""));
            invocation.output().line(' ' + HeadText.work(done.work()));
        }
        HeadText.startAgain(invocation, workspace, done.moved());
        return ExitCode.OK;
    }
}
