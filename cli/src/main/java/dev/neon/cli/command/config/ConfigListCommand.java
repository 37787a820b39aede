package dev.neon.cli.command.config;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.workspace.Workspaces;

/** {@code neon config list}. */
public final class ConfigListCommand extends Command {
    private final Flag json = json();

    @Override
    public Description description() {
        return Description.of("List the configuration")
                .text("Prints a line key=value for each value.")
                .example("neon config list", "Prints the repository's configuration.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        var config = Workspaces.open(invocation).repository().config();
        var entries = config.list();
        if (json.isSet()) {
            invocation.output().json(out -> out.array(entries, entry -> out.object(() ->
                    out.put("key", entry.key()).put("value", entry.value()))));
        } else {
            invocation.paged(config.get(Invocation.PAGER_KEY), screen ->
                    entries.forEach(entry -> screen.line(entry.key() + "=" + entry.value())));
        }
        return ExitCode.OK;
    }
}
