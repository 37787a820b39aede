package dev.neon.cli.command.head;

import dev.neon.cli.framework.Description;
import dev.neon.cli.framework.Parameter;
import dev.neon.compute.checkout.Undo;

/** {@code neon op restore}. */
public final class OpRestoreCommand extends TakingBackCommand {
    private final Parameter<String> id = parameter("operation").help("an id of 'neon op log', or its beginning").required();

    public OpRestoreCommand() {
        super("Back at", "undo");
    }

    @Override
    public Description description() {
        return Description.of("Bring all refs back to what they were after an operation")
                .text("""
                        Gives all branches, tags, HEAD and stashes the values that they had when an operation was done. That is an
                        operation, too: 'neon undo' takes it back.
                        """)
                .example("neon op restore 3f2a", "Goes back to the operation whose id begins like this.")
                .exits(HeadExits.MOVING);
    }

    @Override
    Undo.Done run(Undo undo) {
        return undo.restore(id.get());
    }
}
