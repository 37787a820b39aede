package dev.neon.cli.command.hook;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;

/** {@code neon hook uninstall}. */
public final class HookUninstallCommand extends Command {
    @Override
    public Description description() {
        return Description.of("Have the database no longer follow git's branch")
                .text("""
                        Removes the hook that 'neon hook install' wrote, and no other. Branches of the database stay. Ends with 1 if
                        there was none.
                        """)
                .example("neon hook uninstall", "Removes the hook.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_FOUND, ExitCode.CONFLICT, ExitCode.STORAGE_FAILED, ExitCode.UNSUPPORTED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        HookFile hook = new HookFile(new Git(invocation.environment()).workTree());
        if (!hook.remove()) {
            invocation.output().note("no hook of neon is installed");
            return ExitCode.NEGATIVE;
        }
        invocation.output().line("removed " + hook.path());
        return ExitCode.OK;
    }
}
