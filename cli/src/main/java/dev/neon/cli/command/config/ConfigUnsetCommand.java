package dev.neon.cli.command.config;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.workspace.Workspaces;

/** {@code neon config unset}. */
public final class ConfigUnsetCommand extends Command {
    private final Parameter<String> key = parameter("key").help("section.name or section.subsection.name").required();

    @Override
    public Description description() {
        return Description.of("Remove a value from the configuration")
                .text("Ends with 1 if the key has no value.")
                .example("neon config unset postgres.binDir", "Goes back to the embedded PostgreSQL.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.BUSY, ExitCode.INVALID_INPUT,
                        ExitCode.CORRUPT, ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        OwnKeys.refuse(key.get());
        var config = Workspaces.open(invocation).repository().config();
        if (config.get(key.get()).isEmpty()) {
            return ExitCode.NEGATIVE;
        }
        config.unset(key.get());
        return ExitCode.OK;
    }
}
