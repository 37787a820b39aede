package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.checkout.Undo;
import dev.neon.repo.error.NotFoundException;
import dev.neon.repo.refs.Operation;
import java.util.List;
import java.util.stream.Stream;

/** {@code neon op show}. */
public final class OpShowCommand extends Command {
    private final Flag json = json();
    private final OptionalParameter<String> id = parameter("operation")
            .help("an id of 'neon op log', or its beginning; the newest if left out").optional();

    @Override
    public Description description() {
        return Description.of("Show what an operation changed")
                .text("Shows an operation with each ref that it changed, before and after.")
                .example("neon op show 3f2a", "Shows the operation whose id begins like this.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.FORMAT_TOO_NEW, ExitCode.UNSUPPORTED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        List<Operation> log = Workspaces.open(invocation).repository().log().read();
        Operation operation = id.isPresent() ? Undo.find(log, id.get().get()) : log.stream().findFirst().orElseThrow(() ->
                new NotFoundException("nothing was done yet", "Make a branch with 'neon branch <name>'."));
        if (json.isSet()) {
            invocation.output().json(out -> OperationText.json(operation, out));
            return ExitCode.OK;
        }
        invocation.output().line("Operation: " + operation.id());
        invocation.output().line("Date:      " + operation.time());
        invocation.output().line("Who:       " + operation.who());
        invocation.output().line("");
        Stream.of(operation.command().split("\n")).forEach(line -> invocation.output().line(("    " + line).stripTrailing()));
        invocation.output().line("");
        operation.changes().forEach(change -> invocation.output().line(OperationText.change(change)));
        return ExitCode.OK;
    }
}
