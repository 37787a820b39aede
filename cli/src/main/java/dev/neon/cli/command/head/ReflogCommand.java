package dev.neon.cli.command.head;

import dev.neon.cli.framework.Command;
import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.ExitCode;
import dev.neon.cli.framework.Flag;
import dev.neon.cli.framework.Invocation;
import dev.neon.cli.framework.Option;
import dev.neon.cli.framework.OptionalParameter;
import dev.neon.cli.framework.ValueKind;
import dev.neon.cli.io.Output;
import dev.neon.cli.io.Style;
import dev.neon.cli.workspace.Workspaces;
import dev.neon.compute.workspace.Workspace;
import dev.neon.repo.refs.Operation;
import dev.neon.repo.refs.RefName;
import java.util.List;

/** {@code neon reflog}. */
public final class ReflogCommand extends Command {
    private final Option<Integer> limit = option("-n", "--max-count").label("number").help("show so many").integer(0);
    private final Flag json = json();
    private final OptionalParameter<String> name = parameter("ref").completes(ValueKind.REVISIONS)
            .help("a branch, tag or HEAD, also one that was deleted; HEAD if left out").optional();

    @Override
    public Description description() {
        return Description.of("Show what a branch, a tag or HEAD was before")
                .text("""
                        Shows the operations that changed a ref, the newest first, with the revision by which each value can be named:
                        main@{1} is what main was before the last change. Names that were deleted have their log still. 'neon op
                        log' shows the operations on all refs.
                        """)
                .example("neon reflog", "Shows where HEAD was.")
                .example("neon reflog main", "Shows what main was.")
                .example("neon reflog gone", "Shows what a deleted branch was; 'neon branch again gone@{1}' brings it back.")
                .exits(ExitCode.NOT_A_REPOSITORY, ExitCode.NOT_FOUND, ExitCode.CORRUPT, ExitCode.STORAGE_FAILED,
                        ExitCode.FORMAT_TOO_NEW, ExitCode.UNSUPPORTED);
    }

    @Override
    protected ExitCode run(Invocation invocation) {
        Workspace workspace = Workspaces.open(invocation);
        RefName ref = workspace.resolver().logged(name.orElse(RefName.HEAD.full()));
        OperationText.list(invocation, workspace, workspace.repository().log().of(ref), limit.get(), json.isSet(),
                (screen, operations) -> print(screen, ref, operations));
        return ExitCode.OK;
    }

    private static void print(Output output, RefName ref, List<Operation> operations) {
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            String value = OperationText.of(operation, ref.full()).flatMap(change -> change.newValue())
                    .map(text -> text.lines().findFirst().orElse("")).orElse("(deleted)");
            output.line(output.paint(Style.YELLOW, value) + ' ' + ref.shortName() + "@{" + i + "}: " + OperationText.title(operation));
        }
    }
}
