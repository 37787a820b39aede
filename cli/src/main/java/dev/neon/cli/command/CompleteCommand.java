package dev.neon.cli.command;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Parameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.repo.error.NeonException;

/** Lists values for the completion scripts, one a line; hidden from people. Silent when something is wrong. */
final class CompleteCommand extends Command {
    private final LiveValues values;
    private final Parameter<ValueKind> kind =
            parameter("kind").help("what to list").requiredOf(ValueKind.class);

    CompleteCommand(LiveValues values) {
        this.values = values;
    }

    @Override
    public Description description() {
        return Description.of("List values for completion").example("neon __complete branches", "Lists the branches.");
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        try {
            values.of(kind.get(), invocation).forEach(invocation.output()::line);
        } catch (NeonException nothingToOffer) {
            return ExitCode.NEGATIVE;
        }
        return ExitCode.OK;
    }
}
