package dev.neon.cli.command.config;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.daemon.PageServerKeys;

/** {@code neon config set}. */
public final class ConfigSetCommand extends Command {
    private final Parameter<String> key = parameter("key").help("section.name or section.subsection.name").required();
    private final Parameter<String> value = parameter("value").help("the new value").required();

    @Override
    public Description description() {
        return Description.of("Change a value of the configuration")
                .text("The file .neon/config keeps its comments and its order. A relative path in it begins at the"
                        + " directory that holds .neon.")
                .example("neon config set postgres.binDir /usr/lib/postgresql/15/bin",
                        "Runs an installed PostgreSQL in place of the embedded one.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.BUSY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        OwnKeys.refuse(key.get());
        PageServerKeys.check(key.get(), value.get());
        Workspaces.open(invocation).repository().config().set(key.get(), value.get());
        return ExitCode.OK;
    }
}
