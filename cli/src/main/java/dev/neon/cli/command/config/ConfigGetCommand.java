package dev.neon.cli.command.config;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.workspace.Workspaces;
import java.util.List;

/** {@code neon config get}. */
public final class ConfigGetCommand extends Command {
    private final Flag all = flag("--all").help("print every value of the key");
    private final Parameter<String> key = parameter("key").help("section.name or section.subsection.name").required();

    @Override
    public Description description() {
        return Description.of("Print a value of the configuration")
                .text("Prints the last value of a key; ends with 1 if it has none.")
                .example("neon config get postgres.binDir", "Prints where PostgreSQL is taken from.")
                .exits(ExitCode.NEGATIVE, ExitCode.NOT_A_REPOSITORY, ExitCode.INVALID_INPUT, ExitCode.CORRUPT,
                        ExitCode.STORAGE_FAILED, ExitCode.FORMAT_TOO_NEW);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        var config = Workspaces.open(invocation).repository().config();
        List<String> values = all.isSet() ? config.getAll(key.get()) : config.get(key.get()).stream().toList();
        values.forEach(invocation.output()::line);
        return values.isEmpty() ? ExitCode.NEGATIVE : ExitCode.OK;
    }
}
